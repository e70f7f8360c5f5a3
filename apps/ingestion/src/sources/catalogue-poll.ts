import { Bus } from '@souk/bus';
import { Clock, Database } from '@souk/service';
import { Inject, Injectable } from '@nestjs/common';
import { INGESTION_CONFIG, type IngestionConfig } from '../config.ts';
import { type CataloguePage, type SourceAdapter, UnexpectedAnswer } from './adapter.ts';
import { CallFailed } from './call-source.ts';
import { FeedFiles } from './feed/feed-files.ts';
import { type FeedPage, feedPages } from './feed/feed-pages.ts';
import { type FetchedItems, FetchedPrices } from './fetched-prices.ts';
import { type PollOutcome, postponed, STOPPING } from './poll-plan.ts';
import { runVerdict } from './run-verdict.ts';
import { SourceCaller } from './source-caller.ts';
import type { Source } from './source-registry.ts';
import { advanceClaim, type ClaimedSource, quarantineRun, renewClaim } from './source.store.ts';

/** A claim outlives the longest step between two renewals: waiting for a permit and one call. */
export const CLAIM_MS = 60_000;
const PERMIT_WAIT_MS = 2_000;
const MAX_PAGES_PER_POLL = 200;
/** 10,000,000 rows. */
const MAX_PAGES_PER_FEED = 20_000;

/** A page that was read and waits for the verdict on its run. */
interface HeldPage {
  items: FetchedItems;
  next: string | null;
}

/** Reads a catalogue page by page from where it stopped last, and publishes it once its run is above suspicion. */
@Injectable()
export class CataloguePoll {
  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly caller: SourceCaller,
    private readonly files: FeedFiles,
    private readonly prices: FetchedPrices,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  /** Failures of the call are thrown. A run that is broken off begins again at its first page that was not published. */
  async run(claim: ClaimedSource, source: Source, signal: AbortSignal): Promise<PollOutcome> {
    const feed = source.adapter.feed?.(source.config);
    if (!feed) {
      return this.read(claim, source, signal, MAX_PAGES_PER_POLL, (cursor) =>
        this.page(source, cursor, signal),
      );
    }
    // A place in a file that has since been brought anew is none.
    Object.assign(claim, { cursor: null, runItems: 0 });
    const file = await this.files.open(source, feed.place, signal, () => this.holdOn(claim));
    const pages = feedPages(file, feed, this.config.SOUK_FEED_MAX_BYTES);
    try {
      return await this.read(claim, source, signal, MAX_PAGES_PER_FEED, async () => {
        const { items, next } = (await pages.next()).value as FeedPage;
        return { items: this.prices.read(source, items, file.fetchedAt), next };
      });
    } finally {
      await pages.return(undefined);
    }
  }

  private async read(
    claim: ClaimedSource,
    source: Source,
    signal: AbortSignal,
    maxPages: number,
    nextPage: (cursor: string | null) => Promise<HeldPage>,
  ): Promise<PollOutcome> {
    const canaries = new Set(claim.cursor === null ? source.entry.canaries : []);
    const seen = new Set<string | null>();
    let [cursor, runItems, unreadable] = [claim.cursor, claim.runItems, 0];
    let firstProblem: string | undefined;
    const held: HeldPage[] = [];
    for (let pageNumber = 0; pageNumber < maxPages; pageNumber += 1) {
      if (signal.aborted) return STOPPING;
      if (this.bus.backlog() > this.config.SOUK_MAX_BACKLOG_MESSAGES)
        return postponed('too many messages wait to be published');
      if (seen.has(cursor)) throw new UnexpectedAnswer('its pages go round in circles');
      seen.add(cursor);
      const page = await nextPage(cursor);
      cursor = page.next;
      held.push(page);
      runItems += page.items.lines.length;
      unreadable += page.items.unreadable.length;
      firstProblem ??= problemIn(page.items);
      for (const { observation } of page.items.lines) canaries.delete(observation.product);
      const verdict = runVerdict({
        items: runItems,
        unreadable,
        firstProblem,
        held: held.reduce((sum, { items }) => sum + items.lines.length, 0),
        isLastPage: cursor === null,
        expected: claim.goodRunItems,
        minimumShare: source.entry.minimumShare,
      });
      if (verdict.kind === 'quarantine') return this.quarantine(claim, verdict.reason, runItems);
      const isOurs =
        verdict.kind === 'publish'
          ? await this.publish(claim, source, held.splice(0))
          : await this.database.transaction([], (tx) => renewClaim(tx, claim, CLAIM_MS));
      if (!isOurs) return postponed('another process polls it', 0);
      if (cursor === null) return canaryOutcome(canaries);
    }
    return { kind: 'completed' };
  }

  private async page(source: Source, cursor: string | null, signal: AbortSignal): Promise<HeldPage> {
    const { adapter, config } = source;
    const catalogue = adapter.catalogue as NonNullable<SourceAdapter['catalogue']>;
    const { value, fetchedAt } = await this.caller.call<CataloguePage>(source, {
      operation: catalogue.request(config, cursor).operation,
      priority: 'watch',
      permitWaitMs: PERMIT_WAIT_MS,
      signal,
      request: (auth) => catalogue.request(config, cursor, auth),
      read: (answer) => catalogue.read(config, answer),
    });
    return { items: this.prices.read(source, value.items, fetchedAt), next: value.next };
  }

  /** While a large file comes nothing else renews the claim. */
  private async holdOn(claim: ClaimedSource): Promise<void> {
    if (!(await this.database.transaction([], (tx) => renewClaim(tx, claim, CLAIM_MS))))
      throw new CallFailed('another process polls it');
  }

  /** Each page with its place, in one transaction. False: the claim was lost, nothing more is written. */
  private async publish(claim: ClaimedSource, source: Source, pages: readonly HeldPage[]): Promise<boolean> {
    for (const { items, next } of pages) {
      const runItems = claim.runItems + items.lines.length;
      const fetchId = await this.prices.publish(source, items, (tx) =>
        advanceClaim(tx, claim, { cursor: next, runItems }, CLAIM_MS),
      );
      if (fetchId === undefined) return false;
      Object.assign(claim, { cursor: next, runItems });
    }
    return true;
  }

  private async quarantine(claim: ClaimedSource, reason: string, items: number): Promise<PollOutcome> {
    const at = this.clock.now();
    await this.database.transaction([], (tx) => quarantineRun(tx, claim, { at, reason, items }));
    return { kind: 'failed', reason, isBroken: true };
  }
}

const problemIn = ({ unreadable: [first] }: FetchedItems): string | undefined =>
  first && `${first.field} ${first.problem}`.trim();

function canaryOutcome(missing: ReadonlySet<string>): PollOutcome {
  if (missing.size === 0) return { kind: 'completed' };
  return {
    kind: 'failed',
    reason: `known products are not in its catalogue: ${[...missing].join(', ')}`,
    isBroken: true,
  };
}
