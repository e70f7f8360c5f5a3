import { activeTraceId, Bus } from '@souk/bus';
import { newId, ObservationsCollected, OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { Inject, Injectable } from '@nestjs/common';
import { INGESTION_CONFIG, type IngestionConfig } from '../config.ts';
import { logFetch } from '../fetch-log.store.ts';
import { groupObservations, type ReadLine } from '../group-observations.ts';
import { linesRead } from '../metrics.ts';
import type { SourceItem } from './adapter.ts';
import { readItems, type UnreadableItem } from './read-items.ts';
import type { Source } from './source-registry.ts';

/** What one answer of a source tells, in form to be published. */
export interface FetchedItems {
  fetchedAt: Date;
  lines: ReadLine[];
  unreadable: UnreadableItem[];
}

/** 100 items of 2,000 characters each stay below what a message may hold. */
const MAX_UNREADABLE = 100;

/** Reads what sources answered and publishes it: prices, their place in the log, and whatever must hold with them. */
@Injectable()
export class FetchedPrices {
  constructor(
    private readonly bus: Bus,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  read({ name, policy, entry }: Source, items: readonly SourceItem[], fetchedAt: Date): FetchedItems {
    const limits = { nowMs: fetchedAt.getTime(), maxFutureMs: this.config.SOUK_MAX_FUTURE_MS };
    const timed = items.map((item) => ({
      ...item,
      posted: { observedAt: fetchedAt.toISOString(), ...item.posted },
    }));
    const { lines, unreadable } = readItems(name, timed, limits, entry.currencies);
    // What may be kept for a while only must not stay among what was set apart.
    const isFree = policy.cacheLifetimeMs === null;
    return { fetchedAt, lines, unreadable: isFree ? unreadable : unreadable.map(withoutText) };
  }

  /** All in one transaction with `also`; where that answers false, nothing is written. Answers the fetch's id. */
  async publish(
    source: Source,
    { fetchedAt, lines, unreadable }: FetchedItems,
    also: (tx: Tx) => Promise<boolean> = async () => true,
  ): Promise<string | undefined> {
    const fetchId = newId();
    const accountId = OPERATOR_ACCOUNT_ID;
    const groups = groupObservations(accountId, lines, this.config.SOUK_PARTITIONS);
    const written = await this.bus.transaction([accountId], async ({ tx, publish, keepTrace }) => {
      if (!(await also(tx))) return false;
      const record = {
        fetchId,
        accountId,
        sources: [source.name],
        origin: 'fetched',
        mode: 'live',
        collectedAt: fetchedAt,
        observations: lines.length,
        unreadable: unreadable.length,
        traceId: activeTraceId(),
      } as const;
      await logFetch(tx, record, this.config.SOUK_FETCH_LOG_DAYS);
      const data = {
        source: source.name,
        fetchId,
        origin: 'fetched',
        collectedAt: fetchedAt.toISOString(),
        mode: 'live',
        adapterVersion: source.adapter.version,
        policy: source.policy,
      } as const;
      for (const { key, observations } of groups)
        publish(ObservationsCollected, { ...data, observations, unreadable: [] }, { accountId, key });
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
    if (!written) return undefined;
    linesRead.inc({ origin: 'fetched', outcome: 'accepted' }, lines.length);
    linesRead.inc({ origin: 'fetched', outcome: 'unreadable' }, unreadable.length);
    return fetchId;
  }
}

const withoutText = (item: UnreadableItem): UnreadableItem => ({ ...item, raw: '' });
