import { Answer } from '@souk/bus';
import { PlanFreshness, type ResponseOf } from '@souk/contracts';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { Planner } from './planner.ts';

@Controller()
export class PlannerHandlers {
  constructor(private readonly planner: Planner) {}

  @Answer(PlanFreshness)
  async freshness({
    products,
  }: z.output<typeof PlanFreshness.request>): Promise<ResponseOf<typeof PlanFreshness>> {
    return { products: await this.planner.freshness(products) };
  }
}
