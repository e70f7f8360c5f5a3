import { Bus, type Unit } from '@souk/bus';
import { BreakerChanged, OPERATOR_ACCOUNT_ID, Refusal } from '@souk/contracts';
import { Database } from '@souk/service';
import { Inject, Injectable } from '@nestjs/common';
import {
  admit,
  afterOutcome,
  type Breaker,
  type BreakerPolicy,
  type Outcome,
  type State,
} from './breaker.ts';
import { QUOTA_CONFIG, type QuotaConfig } from './config.ts';
import { findUpstream, lockUpstream, saveBreaker, type Upstream } from './quota.store.ts';

/** The breakers as all replicas see them, kept in Postgres; every change of state is told. */
@Injectable()
export class BreakerBoard {
  readonly policy: BreakerPolicy;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    @Inject(QUOTA_CONFIG) config: QuotaConfig,
  ) {
    this.policy = {
      failuresToOpen: config.SOUK_BREAKER_FAILURES,
      pauseMs: config.SOUK_BREAKER_PAUSE_MS,
      maxPauseMs: config.SOUK_BREAKER_MAX_PAUSE_MS,
      probeMs: config.SOUK_BREAKER_PROBE_MS,
    };
  }

  async report(name: string, outcome: Outcome): Promise<State> {
    const seen = known(name, await this.database.read([], (tx) => findUpstream(tx, name)));
    // Nearly every call succeeds and changes nothing: no lock, no write.
    if (afterOutcome(seen.breaker, outcome, seen.nowMs, this.policy) === seen.breaker)
      return seen.breaker.state;
    return this.bus.transaction([OPERATOR_ACCOUNT_ID], async (unit) => {
      const upstream = known(name, await lockUpstream(unit.tx, name));
      const next = afterOutcome(upstream.breaker, outcome, upstream.nowMs, this.policy);
      await save(unit, upstream, next, reasonOf(next, outcome, upstream));
      return next.state;
    });
  }

  /** Sends a request as the probe; answers how long to wait when another one is out already. */
  async sendProbe(name: string): Promise<number | undefined> {
    return this.bus.transaction([OPERATOR_ACCOUNT_ID], async (unit) => {
      const upstream = known(name, await lockUpstream(unit.tx, name));
      const admission = admit(upstream.breaker, upstream.nowMs, this.policy);
      if (!admission.allowed) return admission.retryAfterMs;
      if (admission.next) await save(unit, upstream, admission.next, 'the pause is over: one request probes');
      return undefined;
    });
  }
}

function known(name: string, upstream: Upstream | undefined): Upstream {
  if (upstream) return upstream;
  throw new Refusal('not-found', `there is no upstream ${name}: add it to SOUK_QUOTA_UPSTREAMS`);
}

async function save({ tx, publish }: Unit, upstream: Upstream, next: Breaker, reason: string): Promise<void> {
  if (next === upstream.breaker) return;
  await saveBreaker(tx, upstream.upstream, next);
  if (next.state === upstream.breaker.state) return;
  const changedAt = new Date(upstream.nowMs).toISOString();
  const data = { upstream: upstream.upstream, state: next.state, reason, changedAt };
  publish(BreakerChanged, data, { accountId: OPERATOR_ACCOUNT_ID, key: OPERATOR_ACCOUNT_ID });
}

function reasonOf(next: Breaker, { outcome }: Outcome, { breaker, nowMs }: Upstream): string {
  if (next.state === 'closed') return 'the probe succeeded';
  const pause = `paused for ${Math.round((next.openUntilMs - nowMs) / 100) / 10} s`;
  if (outcome === 'throttled') return `the upstream asked for fewer calls: ${pause}`;
  return breaker.state === 'half-open'
    ? `the probe failed: ${pause}`
    : `${breaker.failures + 1} calls in a row failed: ${pause}`;
}
