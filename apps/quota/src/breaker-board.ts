import { Bus, type Unit } from '@souk/bus';
import { BreakerChanged, OPERATOR_ACCOUNT_ID, Refusal } from '@souk/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { type Admission, admit, type Breaker, type BreakerPolicy, CLOSED, type State } from './breaker.ts';
import { QUOTA_CONFIG, type QuotaConfig } from './config.ts';
import { lockUpstream, saveBreaker, savePace, type Upstream } from './quota.store.ts';
import { UpstreamBook } from './upstream-book.ts';
import { judge, type Report } from './verdict.ts';

/** Admission by both breakers a call has to pass: the upstream's and its operation's. */
export type BothAdmissions = Admission & { isOfOperation?: boolean };

/** The breakers and paces as all replicas see them, kept in Postgres; every change of state is told. */
@Injectable()
export class BreakerBoard {
  readonly policy: BreakerPolicy;

  constructor(
    private readonly bus: Bus,
    private readonly book: UpstreamBook,
    @Inject(QUOTA_CONFIG) config: QuotaConfig,
  ) {
    this.policy = {
      failuresToOpen: config.SOUK_BREAKER_FAILURES,
      pauseMs: config.SOUK_BREAKER_PAUSE_MS,
      maxPauseMs: config.SOUK_BREAKER_MAX_PAUSE_MS,
      probeMs: config.SOUK_BREAKER_PROBE_MS,
    };
  }

  /** Answers the state that the next call of this operation meets. */
  async report(name: string, report: Report): Promise<State> {
    const seen = known(name, await this.book.find(name));
    // Nearly every call succeeds and changes nothing: no lock, no write, mostly not even a read.
    const state = worse(seen.breaker, seen.operations.get(report.operation));
    const isNews = Object.keys(judge(seen, report, seen.nowMs, this.policy)).length > 0;
    if (report.outcome === 'succeeded' && state === 'closed' && !isNews) return state;
    return this.change(name, async (unit, upstream) => {
      const { breaker, operation, pace } = judge(upstream, report, upstream.nowMs, this.policy);
      if (breaker) await save(unit, upstream, '', breaker, report);
      if (operation) await save(unit, upstream, report.operation, operation, report);
      if (pace) await savePace(unit.tx, name, pace);
      return worse(breaker ?? upstream.breaker, operation ?? upstream.operations.get(report.operation));
    });
  }

  admit(upstream: Upstream, operation: string): BothAdmissions {
    const toAll = admit(upstream.breaker, upstream.nowMs, this.policy);
    const own = upstream.operations.get(operation);
    if (!toAll.allowed || !own) return toAll;
    const toOperation = admit(own, upstream.nowMs, this.policy);
    if (!toOperation.allowed) return { ...toOperation, isOfOperation: true };
    return toAll.next ? toAll : toOperation;
  }

  /** Sends a request as the probe; what keeps it back when another one is out already. */
  async sendProbe(name: string, operation: string): Promise<BothAdmissions> {
    return this.change(name, async (unit, upstream) => {
      const admission = this.admit(upstream, operation);
      if (!admission.allowed) return admission;
      for (const [which, breaker] of [['', upstream.breaker] as const, ...upstream.operations]) {
        if (which !== '' && which !== operation) continue;
        const own = admit(breaker, upstream.nowMs, this.policy);
        if (own.allowed && own.next) await save(unit, upstream, which, own.next);
      }
      return admission;
    });
  }

  private async change<T>(name: string, work: (unit: Unit, upstream: Upstream) => Promise<T>): Promise<T> {
    try {
      return await this.bus.transaction([OPERATOR_ACCOUNT_ID], async (unit) =>
        work(unit, known(name, await lockUpstream(unit.tx, name))),
      );
    } finally {
      this.book.forget(name);
    }
  }
}

function known(name: string, upstream: Upstream | undefined): Upstream {
  if (upstream) return upstream;
  throw new Refusal(
    'not-found',
    `there is no upstream ${name}: no source has registered it, nor does SOUK_QUOTA_UPSTREAMS name it`,
  );
}

const worse = (ofAll: Breaker, ofOperation: Breaker = CLOSED): State =>
  ofAll.state === 'closed' ? ofOperation.state : ofAll.state;

async function save(
  { tx, publish }: Unit,
  upstream: Upstream,
  operation: string,
  next: Breaker,
  report?: Report,
): Promise<void> {
  const before = (operation ? upstream.operations.get(operation) : upstream.breaker) ?? CLOSED;
  await saveBreaker(tx, upstream.upstream, operation, next);
  if (next.state === before.state) return;
  const changedAt = new Date(upstream.nowMs).toISOString();
  const reason = reasonOf(before, next, upstream.nowMs, report);
  const data = { upstream: upstream.upstream, state: next.state, reason, changedAt };
  const to = { accountId: OPERATOR_ACCOUNT_ID, key: OPERATOR_ACCOUNT_ID };
  publish(BreakerChanged, { ...data, ...(operation && { operation }) }, to);
}

function reasonOf(before: Breaker, next: Breaker, nowMs: number, report: Report | undefined): string {
  if (next.state === 'half-open') return 'the pause is over: one request probes';
  if (next.state === 'closed') return before.state === 'open' ? 'the pause is over' : 'the probe succeeded';
  const pause = `paused for ${Math.round((next.openUntilMs - nowMs) / 100) / 10} s`;
  if (report?.outcome === 'succeeded') return `what the account allows is used up: ${pause}`;
  if (report?.outcome === 'throttled' && report.retryAfterMs !== undefined)
    return `the upstream asked for fewer calls: ${pause}`;
  return before.state === 'half-open'
    ? `the probe failed: ${pause}`
    : `${before.failures + 1} calls in a row failed: ${pause}`;
}
