import { Answer } from '@souk/bus';
import { PlanFreshness, type ResponseOf } from '@souk/contracts';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { SourceRegistry } from '../sources/source-registry.ts';
import { neverChecked } from './freshness.ts';
import { Planner } from './planner.ts';

@Controller()
export class PlannerHandlers {
  constructor(
    private readonly planner: Planner,
    private readonly registry: SourceRegistry,
  ) {}

  @Answer(PlanFreshness)
  async freshness({
    products,
  }: z.output<typeof PlanFreshness.request>): Promise<ResponseOf<typeof PlanFreshness>> {
    const planned = await this.planner.freshness(products);
    return {
      products: products.map(({ source: name, product }, index) => {
        const source = this.registry.get(name);
        const problem = source?.adapter.checkProduct?.(source.config, product) ?? null;
        return problem === null ? planned[index]! : neverChecked(name, problem);
      }),
    };
  }
}
