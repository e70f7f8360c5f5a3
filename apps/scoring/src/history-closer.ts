import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Database, RepeatedWork, type Tx } from '@souk/service';
import { closeGroup, groupByHost } from './chunks/closing.ts';
import { SCORING_CONFIG, type ScoringConfig } from './config.ts';
import {
  type ChunkKey,
  HistoryClosingStore,
  type NewChunk,
  type OpenOffer,
} from './history-closing.store.ts';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const OFFERS_LOOKED_AT = 5_000;
/** One transaction: some ten milliseconds of the database, and less of this process. */
const POINTS_AT_ONCE = 4_096;
/** The newest points of an offer stay open: what comes slightly late finds its place among them. */
const OPEN_KEPT = 8;
const FAILURES_BORNE = 10;

/**
 * Moves old points into chunks, offer by offer, for all accounts, each as itself. Appending never waits for it but
 * for the moment that its offer is being closed. Points that come late for a closed time are open ones until then.
 */
@Injectable()
export class HistoryCloser implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('closer');
  private readonly repeated: RepeatedWork;
  private readonly openPoints: number;

  constructor(
    private readonly database: Database,
    private readonly store: HistoryClosingStore,
    @Inject(SCORING_CONFIG) config: ScoringConfig,
  ) {
    this.openPoints = config.SOUK_HISTORY_OPEN_POINTS;
    this.repeated = new RepeatedWork(
      config.SOUK_HISTORY_CLOSE_INTERVAL_MS,
      async (signal) => void (await this.closeAll(signal)),
      (error) =>
        this.logger.warn({ error: String(error) }, 'cannot close old points; tried again in a moment'),
    );
  }

  onApplicationBootstrap(): void {
    this.repeated.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.repeated.stop();
  }

  /** Every offer that has too many open points; answers how many were closed. */
  async closeAll(signal: AbortSignal): Promise<number> {
    let closed = 0;
    let failures = 0;
    for (let after = FIRST_ID; !signal.aborted;) {
      const looked = await this.database.read([], (tx) =>
        this.store.offersToClose(tx, after, this.openPoints, OFFERS_LOOKED_AT),
      );
      if (looked.length === 0) break;
      after = looked.at(-1)!.offerId;
      for (const slice of this.slices(looked)) {
        if (signal.aborted) break;
        closed += await this.closeOffers(slice).catch(async (error: unknown) => {
          failures += 1;
          if (failures > FAILURES_BORNE) throw error;
          return this.closeOneByOne(slice);
        });
      }
    }
    return closed;
  }

  /** One that cannot be closed must not hold up the others. */
  private async closeOneByOne(offers: readonly OpenOffer[]): Promise<number> {
    let closed = 0;
    for (const offer of offers) {
      closed += await this.closeOffers([offer]).catch((error: unknown) => {
        this.logger.warn(
          { offerId: offer.offerId, error: String(error) },
          'cannot close the points of an offer',
        );
        return 0;
      });
    }
    return closed;
  }

  /** One transaction, begun again while offers have more to close than it takes. */
  private async closeOffers(offers: readonly OpenOffer[]): Promise<number> {
    const accounts = offers.map(({ accountId }) => accountId);
    let closed = 0;
    for (let rest: readonly OpenOffer[] = offers; rest.length > 0;) {
      rest = await this.database.transaction(accounts, async (tx) => {
        const locked = await this.store.lock(tx, rest, this.openPoints);
        if (locked.length > 0) closed += await this.closeLocked(tx, locked);
        return locked.filter(({ open }) => open - POINTS_AT_ONCE >= this.openPoints);
      });
    }
    return closed;
  }

  private async closeLocked(tx: Tx, offers: readonly OpenOffer[]): Promise<number> {
    const [parts, firsts] = await Promise.all([
      this.store.openParts(
        tx,
        offers.map(({ offerId, open }) => ({ offerId, take: this.takenOf(open) })),
      ),
      this.store.firsts(
        tx,
        offers.map(({ offerId }) => offerId),
      ),
    ]);
    const groups = parts.flatMap(({ offerId, currency, points }) =>
      groupByHost(points, firsts.get(`${offerId} ${currency}`) ?? new Float64Array()).map((group) => ({
        offerId,
        currency,
        ...group,
      })),
    );
    const hosted = groups.flatMap(({ hostMs, ...group }) =>
      hostMs === undefined ? [] : { ...group, firstMs: hostMs },
    );
    const hosts = await this.store.chunks(tx, hosted);
    const replaced: ChunkKey[] = [];
    const chunks: NewChunk[] = [];
    const until = new Map<string, number>();
    let host = 0;
    for (const { offerId, currency, points, hostMs } of groups) {
      const closed = closeGroup(points, hostMs === undefined ? undefined : hosts[host++]);
      if (closed.replacesHost) replaced.push({ offerId, currency, firstMs: hostMs! });
      chunks.push(...closed.chunks.map((chunk) => ({ offerId, currency, points: chunk })));
      until.set(offerId, Math.max(until.get(offerId) ?? -Infinity, points.atMs.at(-1)!));
    }
    return this.store.close(tx, until, replaced, chunks);
  }

  private takenOf(open: number): number {
    return Math.min(POINTS_AT_ONCE, open - Math.min(OPEN_KEPT, this.openPoints >> 1));
  }

  /** Those that are due, as many together as one transaction may close. */
  private *slices(looked: readonly OpenOffer[]): Generator<OpenOffer[]> {
    let slice: OpenOffer[] = [];
    let points = 0;
    for (const offer of looked) {
      if (offer.open < this.openPoints) continue;
      const taken = this.takenOf(offer.open);
      if (slice.length > 0 && points + taken > POINTS_AT_ONCE) {
        yield slice;
        slice = [];
        points = 0;
      }
      slice.push(offer);
      points += taken;
    }
    if (slice.length > 0) yield slice;
  }
}
