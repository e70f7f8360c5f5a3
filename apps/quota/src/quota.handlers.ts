import { Answer } from '@souk/bus';
import { AcquirePermits, ListBudgets, ReportOutcome, type ResponseOf } from '@souk/contracts';
import { Database } from '@souk/service';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { BreakerBoard } from './breaker-board.ts';
import { PermitDesk } from './permit-desk.ts';
import { listUpstreams } from './quota.store.ts';

@Controller()
export class QuotaHandlers {
  constructor(
    private readonly desk: PermitDesk,
    private readonly breakers: BreakerBoard,
    private readonly database: Database,
  ) {}

  @Answer(AcquirePermits)
  async acquire(
    request: z.output<typeof AcquirePermits.request>,
  ): Promise<ResponseOf<typeof AcquirePermits>> {
    return this.desk.acquire(request);
  }

  @Answer(ReportOutcome)
  async report({
    upstream,
    ...outcome
  }: z.output<typeof ReportOutcome.request>): Promise<ResponseOf<typeof ReportOutcome>> {
    return { breaker: await this.breakers.report(upstream, outcome) };
  }

  /** Budgets, use and breakers as all replicas see them; who waits, as this one does. */
  @Answer(ListBudgets)
  async budgets(): Promise<ResponseOf<typeof ListBudgets>> {
    const upstreams = await this.database.read([], listUpstreams);
    return {
      upstreams: upstreams.map(({ upstream, ratePerSecond, burst, dailyBudget, usedToday, breaker }) => ({
        ...{ upstream, ratePerSecond, burst, dailyBudget, usedToday },
        waiting: this.desk.waiting(upstream),
        breaker: breaker.state,
      })),
    };
  }
}
