import { Controller, Get } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ListBudgets } from '@souk/contracts';
import type { z } from 'zod';
import { Operation } from '../http/operation.ts';
import { BudgetList } from './quota.schemas.ts';

@Controller('v1/quota')
export class QuotaController {
  constructor(private readonly bus: Bus) {}

  @Get()
  @Operation({
    id: 'listBudgets',
    summary: 'Budgets of the upstream accounts',
    description:
      'Windows and what they hold, daily use with a forecast, the rate in force, breakers, who waits.',
    scope: 'operator',
    responses: { 200: { description: 'All budgets.', schema: BudgetList } },
  })
  async list(): Promise<z.infer<typeof BudgetList>> {
    return { items: (await this.bus.ask(ListBudgets, {})).upstreams, next: null };
  }
}
