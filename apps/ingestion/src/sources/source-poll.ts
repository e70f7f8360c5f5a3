import { activeTraceId, Bus } from '@souk/bus';
import {
  AcquirePermits,
  newId,
  ObservationsCollected,
  OPERATOR_ACCOUNT_ID,
  Refusal,
  ReportOutcome,
} from '@souk/contracts';
import { Clock } from '@souk/service';
import { Inject, Injectable } from '@nestjs/common';
import { INGESTION_CONFIG, type IngestionConfig } from '../config.ts';
import { logFetch } from '../fetch-log.store.ts';
import { groupObservations } from '../group-observations.ts';
import { linesRead } from '../metrics.ts';
import { type CataloguePage, RefusedBySource, UnexpectedAnswer } from './adapter.ts';
import { ADAPTERS } from './adapters.ts';
import { CallFailed, callSource } from './call-source.ts';
import type { PollOutcome } from './poll-plan.ts';
import { readItems } from './read-items.ts';
import { advanceClaim, type ClaimedSource } from './source.store.ts';

/** A claim outlives the longest step between two renewals: waiting for a permit and one call. */
export const CLAIM_MS = 60_000;
const PERMIT_WAIT_MS = 2_000;
const ASK_DEADLINE_MS = 5_000;
const POSTPONED_MS = 1_000;
const MAX_PAGES_PER_POLL = 200;
/** 100 items of 2,000 characters each stay below what a message may hold. */
const MAX_UNREADABLE = 100;

/** One poll of one source: permit, page, messages, until the last page. */
@Injectable()
export class SourcePoll {
  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  /** Reads the source from where it stopped last. What quota or the bus decline postpones; the rest is thrown. */
  async run(claim: ClaimedSource, signal: AbortSignal): Promise<PollOutcome> {
    try {
      for (let page = 0; page < MAX_PAGES_PER_POLL; page += 1) {
        if (signal.aborted) return { kind: 'postponed', reason: 'the service stops', retryAfterMs: 0 };
        const outcome = (await this.permit(claim)) ?? (await this.readPage(claim, signal));
        if (outcome) return outcome;
      }
      return { kind: 'completed' };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { kind: 'postponed', reason: error.message, retryAfterMs: error.retryAfterMs ?? POSTPONED_MS };
    }
  }

  /** Nothing when the next call may be made. */
  private async permit({ upstream }: ClaimedSource): Promise<PollOutcome | undefined> {
    if (this.bus.backlog() > this.config.SOUK_MAX_BACKLOG_MESSAGES) {
      return {
        kind: 'postponed',
        reason: 'too many messages wait to be published',
        retryAfterMs: POSTPONED_MS,
      };
    }
    const request = { upstream, priority: 'watch', permits: 1, waitMs: PERMIT_WAIT_MS } as const;
    const answer = await this.bus.ask(AcquirePermits, request, { deadlineMs: ASK_DEADLINE_MS });
    if (answer.granted) return undefined;
    const { reason, retryAfterMs } = answer;
    if (reason !== 'unknown-upstream')
      return { kind: 'postponed', reason: `no permit: ${reason}`, retryAfterMs };
    return { kind: 'failed', reason: `quota knows no upstream ${upstream}: add it to SOUK_QUOTA_UPSTREAMS` };
  }

  /** Nothing when the page was read and another one follows. */
  private async readPage(claim: ClaimedSource, signal: AbortSignal): Promise<PollOutcome | undefined> {
    const adapter = ADAPTERS[claim.adapter];
    if (!adapter?.catalogue) return { kind: 'failed', reason: `there is no adapter ${claim.adapter}` };
    const config = adapter.config.parse(claim.config);
    let fetched: FetchedPage = { outcome: 'succeeded' };
    let page: CataloguePage | undefined;
    try {
      const request = adapter.catalogue.request(config, claim.cursor);
      const timeoutMs = this.config.SOUK_SOURCE_TIMEOUT_MS;
      const answer = await callSource(request, { timeoutMs, signal, now: () => this.clock.now() });
      page = adapter.catalogue.read(config, answer);
    } catch (error) {
      fetched = failureOf(error);
    }
    if (signal.aborted) return { kind: 'postponed', reason: 'the service stops', retryAfterMs: 0 };
    const isOurs = page === undefined || (await this.publish(claim, page));
    await this.report(claim, fetched);
    if (fetched.outcome !== 'succeeded') return { ...fetched, kind: 'failed' };
    if (!isOurs) return { kind: 'postponed', reason: 'another process polls it', retryAfterMs: 0 };
    claim.cursor = page!.next;
    return claim.cursor === null ? { kind: 'completed' } : undefined;
  }

  /** A report that does not arrive loses quota one outcome; what the source said is obeyed here all the same. */
  private async report({ upstream }: ClaimedSource, fetched: FetchedPage): Promise<void> {
    const retryAfterMs = fetched.outcome === 'throttled' ? fetched.retryAfterMs : undefined;
    const request = { upstream, outcome: fetched.outcome, retryAfterMs };
    try {
      await this.bus.ask(ReportOutcome, request, { deadlineMs: ASK_DEADLINE_MS });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /** The page's prices, its place and its log row in one transaction. False: the claim was lost, nothing is written. */
  private async publish(claim: ClaimedSource, page: CataloguePage): Promise<boolean> {
    const { source } = claim;
    const collectedAt = this.clock.now();
    const limits = { nowMs: collectedAt.getTime(), maxFutureMs: this.config.SOUK_MAX_FUTURE_MS };
    const { lines, unreadable } = readItems(source, page.items, limits);
    const fetchId = newId();
    const accountId = OPERATOR_ACCOUNT_ID;
    const groups = groupObservations(accountId, lines, this.config.SOUK_PARTITIONS);
    const isOurs = await this.bus.transaction([accountId], async ({ tx, publish, keepTrace }) => {
      if (!(await advanceClaim(tx, claim, page.next, CLAIM_MS))) return false;
      const record = {
        fetchId,
        accountId,
        sources: [source],
        origin: 'fetched',
        mode: 'live',
        collectedAt,
      } as const;
      const counts = { observations: lines.length, unreadable: unreadable.length, traceId: activeTraceId() };
      await logFetch(tx, { ...record, ...counts }, this.config.SOUK_FETCH_LOG_DAYS);
      const data = {
        source,
        fetchId,
        origin: 'fetched',
        collectedAt: collectedAt.toISOString(),
        mode: 'live',
      } as const;
      for (const { key, observations } of groups) {
        publish(ObservationsCollected, { ...data, observations, unreadable: [] }, { accountId, key });
      }
      for (let start = 0; start < unreadable.length; start += MAX_UNREADABLE) {
        const items = unreadable.slice(start, start + MAX_UNREADABLE);
        publish(
          ObservationsCollected,
          { ...data, observations: [], unreadable: items },
          { accountId, key: fetchId },
        );
      }
      if (unreadable.length > 0) keepTrace();
      return true;
    });
    if (!isOurs) return false;
    linesRead.inc({ origin: 'fetched', outcome: 'accepted' }, lines.length);
    linesRead.inc({ origin: 'fetched', outcome: 'unreadable' }, unreadable.length);
    return true;
  }
}

type FetchedPage =
  | { outcome: 'succeeded' }
  | { outcome: 'failed'; reason: string }
  | { outcome: 'throttled'; reason: string; retryAfterMs: number | undefined };

function failureOf(error: unknown): FetchedPage {
  if (error instanceof RefusedBySource && error.kind === 'throttled')
    return { outcome: 'throttled', reason: error.message, retryAfterMs: error.retryAfterMs };
  const isExpected = [UnexpectedAnswer, RefusedBySource, CallFailed].some((kind) => error instanceof kind);
  if (!isExpected) throw error;
  return { outcome: 'failed', reason: (error as Error).message };
}
