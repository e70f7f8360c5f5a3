import { Bus } from '@souk/bus';
import { OPERATOR_ACCOUNT_ID, SourceFailed, SourceRecovered } from '@souk/contracts';
import { Clock, Database, isDependencyFailure } from '@souk/service';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { setTimeout as pause } from 'node:timers/promises';
import { INGESTION_CONFIG, type IngestionConfig } from '../config.ts';
import { polls, pollSeconds } from '../metrics.ts';
import { planAfter, type PollOutcome } from './poll-plan.ts';
import { CLAIM_MS } from './catalogue-poll.ts';
import { SourceCycle } from './source-cycle.ts';
import { SourceRegistry } from './source-registry.ts';
import { claimDueSources, type ClaimedSource, registerSources, releaseClaim } from './source.store.ts';

const PAUSE_AFTER_ERROR_MS = 1_000;

const tracer = trace.getTracer('souk.ingestion');

/** Polls the sources that are due, a bounded number at a time. Replicas share them: a claim is one process's. */
@Injectable()
export class SourcePoller implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('poller');
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly registry: SourceRegistry,
    private readonly cycle: SourceCycle,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.database.transaction([], (tx) => registerSources(tx, this.registry.all()));
    this.loop = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    await Promise.all(this.running);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      let pauseMs = this.config.SOUK_POLL_TICK_MS;
      try {
        await this.startDue();
      } catch (error) {
        this.logger.warn({ error: String(error) }, 'cannot look for sources that are due');
        pauseMs = PAUSE_AFTER_ERROR_MS;
      }
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async startDue(): Promise<void> {
    const free = this.config.SOUK_MAX_POLLS - this.running.size;
    if (free <= 0) return;
    const names = this.registry.all().map(({ name }) => name);
    const claims = await this.database.transaction([], (tx) => claimDueSources(tx, names, free, CLAIM_MS));
    for (const claim of claims) {
      const done: Promise<void> = this.pollOne(claim).finally(() => this.running.delete(done));
      this.running.add(done);
    }
  }

  /** The root of the trace of every price that the poll brings. Never rejects: an expired claim mends what is left. */
  private pollOne(claim: ClaimedSource): Promise<void> {
    const attributes = { 'souk.source': claim.source };
    return tracer.startActiveSpan(`poll ${claim.source}`, { root: true, attributes }, async (span) => {
      const startedAt = performance.now();
      try {
        const outcome = await this.cycle
          .run(claim, this.stopping.signal)
          .catch((error) => this.brokenOff(claim, error));
        if (outcome.kind !== 'completed') span.setAttribute('souk.reason', outcome.reason);
        if (outcome.kind === 'failed')
          span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.reason });
        polls.inc({ source: claim.source, outcome: outcome.kind });
        await this.conclude(claim, outcome, performance.now() - startedAt);
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
        this.logger.error({ source: claim.source, error: String(error) }, 'cannot plan the next poll');
      } finally {
        pollSeconds.observe({ source: claim.source }, (performance.now() - startedAt) / 1_000);
        span.end();
      }
    });
  }

  /** What nobody expected counts against the source, so that it is seen; a database that is away does not. */
  private brokenOff(claim: ClaimedSource, error: unknown): PollOutcome {
    const reason = `the poll broke off: ${error instanceof Error ? error.message : String(error)}`;
    this.logger.error(
      { source: claim.source, error: error instanceof Error ? error.stack : reason },
      'a poll broke off',
    );
    if (isDependencyFailure(error)) return { kind: 'postponed', reason, retryAfterMs: PAUSE_AFTER_ERROR_MS };
    return { kind: 'failed', reason };
  }

  /** Plans the next poll and, in the same transaction, tells of a source that is given up or back. */
  private async conclude(claim: ClaimedSource, outcome: PollOutcome, tookMs: number): Promise<void> {
    const { failures, givenUp, intervalMs } = claim;
    const plan = planAfter(outcome, { failures, givenUp, intervalMs, tookMs });
    const to = { accountId: OPERATOR_ACCOUNT_ID, key: OPERATOR_ACCOUNT_ID };
    await this.bus.transaction([OPERATOR_ACCOUNT_ID], async ({ tx, publish, keepTrace }) => {
      if (!(await releaseClaim(tx, claim, plan, outcome.kind === 'completed'))) return;
      const now = this.clock.now().toISOString();
      const { source } = claim;
      if (outcome.kind === 'failed') keepTrace();
      if (plan.announce === 'failed') {
        const reason = plan.lastError ?? 'unknown';
        publish(SourceFailed, { source, reason, failedAt: now, failures: plan.failures }, to);
      }
      if (plan.announce === 'recovered') publish(SourceRecovered, { source, recoveredAt: now }, to);
    });
  }
}
