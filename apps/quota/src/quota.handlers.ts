import { Answer } from '@souk/bus';
import {
  AcquirePermits,
  ListBudgets,
  RegisterUpstreams,
  ReportOutcome,
  type ResponseOf,
} from '@souk/contracts';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { BreakerBoard } from './breaker-board.ts';
import { BudgetView } from './budget-view.ts';
import { PermitDesk } from './permit-desk.ts';
import { UpstreamBook } from './upstream-book.ts';
import { limitsOf, mostAtOnce } from './windows.ts';

@Controller()
export class QuotaHandlers {
  constructor(
    private readonly desk: PermitDesk,
    private readonly breakers: BreakerBoard,
    private readonly view: BudgetView,
    private readonly book: UpstreamBook,
  ) {}

  @Answer(RegisterUpstreams)
  async register({
    upstreams,
  }: z.output<typeof RegisterUpstreams.request>): Promise<ResponseOf<typeof RegisterUpstreams>> {
    const inForce = await this.book.register(upstreams);
    return {
      upstreams: inForce.map((one) => ({
        upstream: one.upstream,
        isSetting: one.isSetting,
        mostAtOnce: mostAtOnce(limitsOf(one).windows),
      })),
    };
  }

  @Answer(AcquirePermits)
  async acquire(
    request: z.output<typeof AcquirePermits.request>,
  ): Promise<ResponseOf<typeof AcquirePermits>> {
    return this.desk.acquire(request);
  }

  @Answer(ReportOutcome)
  async report({
    upstream,
    operation = '',
    ...outcome
  }: z.output<typeof ReportOutcome.request>): Promise<ResponseOf<typeof ReportOutcome>> {
    return { breaker: await this.breakers.report(upstream, { operation, ...outcome }) };
  }

  @Answer(ListBudgets)
  async budgets(): Promise<ResponseOf<typeof ListBudgets>> {
    return { upstreams: await this.view.all() };
  }
}
