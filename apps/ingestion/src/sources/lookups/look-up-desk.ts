import { Bus } from '@souk/bus';
import { type LookUpProblem, OPERATOR_ACCOUNT_ID, type Priority, productIdOf } from '@souk/contracts';
import { Clock, isDependencyFailure } from '@souk/service';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { INGESTION_CONFIG, type IngestionConfig } from '../../config.ts';
import { type LookupResult, RefusedBySource, type SourceAdapter } from '../adapter.ts';
import { FetchedPrices } from '../fetched-prices.ts';
import { isExpectedFailure, PermitDeclined, SourceCaller } from '../source-caller.ts';
import type { Source } from '../source-registry.ts';
import { Upstreams } from '../upstreams/upstreams.ts';
import { type LookedUp, isMoreUrgent, LookUpQueue, type Taken } from './look-up-queue.ts';
import { productsPerCall } from './products-per-call.ts';
import { RecentLookUps } from './recent-look-ups.ts';
import { onlyAskedFor, sortAnswer } from './sort-answer.ts';

/** Look-ups that come within this time share a call. */
const JOIN_MS = 5;
const MAX_WAITING = 2_000;
/** Calls to one source at the same time, those that wait for a permit included. */
const MAX_CALLS = 16;
const PERMIT_WAIT_MS: Record<Priority, number> = {
  user: 8_000,
  watch: 4_000,
  enrichment: 4_000,
  analytics: 4_000,
};

/** A call that has not taken its products yet. */
interface Gathering {
  priority: Priority;
  /** Products that it will take at most. */
  room: number;
  /** Of these it has asked permits for; only where each product costs. */
  paidFor: number;
}

interface Desk {
  queue: LookUpQueue;
  gathering: Gathering[];
  calls: number;
}

/** Looks products up at their sources, in batches as full as may be; what came is durable before it is told. */
@Injectable()
export class LookUpDesk implements OnApplicationShutdown {
  private readonly logger = new Logger('look-ups');
  private readonly stopping = new AbortController();
  private readonly desks = new Map<string, Desk>();
  private readonly running = new Set<Promise<void>>();
  private readonly recent = new RecentLookUps();

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly caller: SourceCaller,
    private readonly prices: FetchedPrices,
    private readonly upstreams: Upstreams,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  /** Never rejects: what went wrong is a problem of the product. */
  async lookUp(
    source: Source,
    product: string,
    options: { priority: Priority; maxAgeMs?: number },
  ): Promise<LookedUp> {
    const { adapter, config } = source;
    const failed = (problem: LookUpProblem): LookedUp => unknownProduct(source, product, problem);
    if (!adapter.lookup)
      return failed({
        reason: 'no-lookup',
        detail: 'products of this source cannot be looked up one by one',
      });
    const wrong = adapter.checkProduct?.(config, product);
    if (wrong) return failed({ reason: 'invalid-product', detail: wrong });
    const known = this.recent.get(source, product, this.clock.now(), options.maxAgeMs ?? 0);
    if (known) return known;
    if (this.bus.backlog() > this.config.SOUK_MAX_BACKLOG_MESSAGES)
      return failed({
        reason: 'too-many-waiting',
        detail: 'too many messages wait to be published',
        retryAfterMs: 1_000,
      });
    const desk = this.deskOf(source.name);
    const result = desk.queue.join(product, options.priority, MAX_WAITING);
    if (!result)
      return failed({
        reason: 'too-many-waiting',
        detail: `${MAX_WAITING} products wait already`,
        retryAfterMs: 1_000,
      });
    this.staff(desk, source, adapter.lookup, options.priority);
    return result;
  }

  /** One more call when those that gather have no room for all, or none is urgent enough. */
  private staff(desk: Desk, source: Source, lookup: Lookup, priority: Priority): void {
    if (desk.queue.size === 0) return;
    const hasRoom = desk.queue.size <= desk.gathering.reduce((sum, { room }) => sum + room, 0);
    const isUrgentEnough = desk.gathering.some((one) => !isMoreUrgent(priority, one.priority));
    if ((hasRoom && isUrgentEnough) || desk.calls >= MAX_CALLS) return;
    desk.calls += 1;
    const room = productsPerCall(lookup, this.upstreams.mostAtOnce(source));
    const gathering = { priority, room, paidFor: 0 };
    desk.gathering.push(gathering);
    const call = this.fetch(desk, source, lookup, gathering).finally(() => {
      desk.calls -= 1;
      this.running.delete(call);
      const next = desk.queue.mostUrgent();
      if (next) this.staff(desk, source, lookup, next);
    });
    this.running.add(call);
  }

  /**
   * The products are taken when the permit is there: whoever came meanwhile comes along. Where each of them costs,
   * only so many as were paid for.
   */
  private async fetch(desk: Desk, source: Source, lookup: Lookup, gathering: Gathering): Promise<void> {
    const { priority } = gathering;
    let taken: Taken[] | undefined;
    const take = (): Taken[] => {
      if (taken) return taken;
      desk.gathering.splice(desk.gathering.indexOf(gathering), 1);
      return (taken = desk.queue.take(gathering.room));
    };
    const { signal } = this.stopping;
    try {
      if (desk.queue.size < gathering.room) await pause(JOIN_MS, undefined, { signal });
      const [first] = desk.queue.peek();
      if (first === undefined) return void take();
      if (lookup.cost) {
        const paidByOthers = desk.gathering.reduce((sum, { paidFor }) => sum + paidFor, 0);
        gathering.paidFor = Math.min(gathering.room, Math.max(1, desk.queue.size - paidByOthers));
        gathering.room = gathering.paidFor;
      }
      const codes = (): string[] => take().map(({ product }) => product);
      const { value, fetchedAt } = await this.caller.call<LookupResult>(source, {
        operation: lookup.request(source.config, [first], undefined).operation,
        priority,
        cost: lookup.cost?.(gathering.room),
        permitWaitMs: PERMIT_WAIT_MS[priority],
        signal,
        isWanted: () => take().length > 0,
        request: (auth) => lookup.request(source.config, codes(), auth),
        read: (answer) => onlyAskedFor(codes(), lookup.read(source.config, codes(), answer)),
      });
      await this.tell(source, take(), value, fetchedAt);
    } catch (error) {
      if (!isExpectedFailure(error) && !signal.aborted && !isDependencyFailure(error))
        this.logger.error({ source: source.name, error: (error as Error).stack }, 'a look-up broke off');
      const problem = problemOf(error, signal.aborted);
      for (const { product, resolve } of take()) resolve(unknownProduct(source, product, problem));
    }
  }

  private async tell(
    source: Source,
    taken: readonly Taken[],
    result: LookupResult,
    fetchedAt: Date,
  ): Promise<void> {
    const items = this.prices.read(source, result.items, fetchedAt);
    const fetchId = (await this.prices.publish(source, items)) ?? null;
    const answers = sortAnswer(
      taken.map(({ product }) => product),
      result,
      items,
    );
    for (const { product, resolve } of taken) {
      const looked: LookedUp = {
        ...unknownProduct(source, product, null),
        ...answers.get(product)!,
        fetchedAt: fetchedAt.toISOString(),
        fetchId,
      };
      this.recent.keep(source, looked);
      resolve(looked);
    }
  }

  private deskOf(source: string): Desk {
    let desk = this.desks.get(source);
    if (!desk) this.desks.set(source, (desk = { queue: new LookUpQueue(), gathering: [], calls: 0 }));
    return desk;
  }
}

type Lookup = NonNullable<SourceAdapter['lookup']>;

const unknownProduct = (source: Source, product: string, problem: LookUpProblem | null): LookedUp => ({
  source: source.name,
  product,
  productId: productIdOf(OPERATOR_ACCOUNT_ID, source.name, product),
  observations: [],
  fetchedAt: null,
  fetchId: null,
  isCached: false,
  problem,
  policy: source.policy,
});

function problemOf(error: unknown, isStopping: boolean): LookUpProblem {
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, 600);
  if (isStopping) return { reason: 'source-failed', detail: 'the service stops', retryAfterMs: 1_000 };
  if (error instanceof PermitDeclined)
    return { reason: 'no-permit', detail, retryAfterMs: error.retryAfterMs };
  if (!isExpectedFailure(error))
    return { reason: 'source-failed', detail: 'it could not be stored', retryAfterMs: 1_000 };
  // The source is well: it is this question that it declines.
  if (error instanceof RefusedBySource && error.kind === 'invalid')
    return { reason: 'not-accessible', detail };
  const retryAfterMs = error instanceof RefusedBySource ? error.retryAfterMs : undefined;
  return { reason: 'source-failed', detail, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
