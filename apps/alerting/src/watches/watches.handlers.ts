import { Controller } from '@nestjs/common';
import { Answer, Bus } from '@souk/bus';
import {
  CreateWatch,
  type Deal,
  DeleteWatch,
  GetWatch,
  ListWatches,
  type Offer,
  type Product,
  Refusal,
  type ResponseOf,
  UpdateWatch,
  type WatchAdvice,
  type WatchSettings,
} from '@souk/contracts';
import type { DayRates } from '@souk/money';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import { DailyRates } from '../alerts/day-rates.ts';
import { invalid } from '../invalid.ts';
import { adviceFor } from './advice.ts';
import { alreadyTrue } from './already-true.ts';
import { candidatesOf } from './binding.ts';
import { readConditions } from './conditions.ts';
import { Listings } from './listings.ts';
import { leavesOf, type Rule } from './rule.ts';
import { changedBy, newWatch, settingsProblems } from './settings.ts';
import { namedBy, shownWatch, type StoredWatch } from './stored-watch.ts';
import { Subjects } from './subjects.ts';
import { WatchBinder } from './watch-binder.ts';
import { WatchPast } from './watch-past.ts';
import { WatchStore } from './watch.store.ts';
import { WatchWriter } from './watch-writer.ts';

/** Makes, changes and shows watches; the match index changes in the same transaction. */
@Controller()
export class WatchHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly watches: WatchStore,
    private readonly writer: WatchWriter,
    private readonly subjects: Subjects,
    private readonly listings: Listings,
    private readonly rates: DailyRates,
    private readonly binder: WatchBinder,
    private readonly past: WatchPast,
  ) {}

  @Answer(CreateWatch)
  async create(request: z.output<typeof CreateWatch.request>): Promise<ResponseOf<typeof CreateWatch>> {
    const { accountId } = request;
    this.checkSettings(request);
    const subject = await this.subjects.resolve(accountId, request);
    const productId = subject.named?.productId ?? null;
    const listing = productId === null ? undefined : subject.known.get(productId);
    const rule = readOrThrow(request.when, listing);
    const made = newWatch(request, subject, this.clock.now());

    const watch = await this.bus.transaction([accountId], async (unit) => {
      const checked = await this.writer.checkChannels(unit.tx, accountId, request.channels);
      if ('problems' in checked) throw invalid(...checked.problems);
      const [inserted] = await this.writer.insert(
        unit,
        [{ ...made, channels: checked.channels }],
        subject.known,
      );
      if (inserted) return inserted;
      const existing = await this.watches.get(unit.tx, accountId, request.watchId);
      if (!existing) throw new Refusal('conflict', 'this id is taken; use another Idempotency-Key');
      return existing;
    });
    await this.binder.bindFound([watch]);
    const followed = watch.target && (await this.followed(watch));
    const deal = listing && (await this.listings.deal(accountId, listing.id));
    const rates = deal && (await this.ratesFor(rule, deal.currency));
    const offer = listing?.offers.find(({ offerId }) => offerId === deal?.offerId);
    return {
      watch: shownWatch(watch, this.clock.now()),
      alreadyTrue: deal ? alreadyTrue(rule, deal, offer, rates) : [],
      advice: await this.adviseOn(watch, rule, deal, offer, rates),
      ...(followed && { followed }),
    };
  }

  @Answer(UpdateWatch)
  async update(request: z.output<typeof UpdateWatch.request>): Promise<ResponseOf<typeof UpdateWatch>> {
    const { accountId, watchId } = request;
    this.checkSettings(request);
    const before = await this.read(accountId, watchId);
    // Only conditions need to know more than is known here; a pause must work while others are down.
    const known = request.when ? await this.knownOf(before) : new Map<string, Product>();

    const watch = await this.bus.transaction([accountId], async (unit) => {
      // Listing first, watch second: the order in which news of a listing takes them.
      await this.writer.lockListings(unit.tx, [before]);
      const [locked] = await this.watches.lockMany(unit.tx, [watchId]);
      if (!locked) throw unknownWatch();
      const checked = await this.writer.checkChannels(unit.tx, accountId, request.channels ?? []);
      if ('problems' in checked) throw invalid(...checked.problems);
      const changed = changedBy(locked, request, checked.channels);
      readOrThrow(changed.conditions, known.get(changed.productId ?? ''));
      const [updated] = await this.writer.update(unit, [changed], known);
      return updated!;
    });
    await this.binder.bindFound([watch]);
    return {
      watch: shownWatch(watch, this.clock.now()),
      ...(request.when && { advice: await this.advise(watch, known) }),
    };
  }

  @Answer(DeleteWatch)
  async delete({ accountId, watchId }: z.output<typeof DeleteWatch.request>): Promise<Record<string, never>> {
    return this.bus.transaction([accountId], async (unit) => {
      const [watch] = await this.watches.lockMany(unit.tx, [watchId]);
      if (!watch) throw unknownWatch();
      await this.writer.delete(unit, [watch]);
      return {};
    });
  }

  @Answer(GetWatch)
  async get({ accountId, watchId }: z.output<typeof GetWatch.request>): Promise<ResponseOf<typeof GetWatch>> {
    return { watch: shownWatch(await this.read(accountId, watchId), this.clock.now()) };
  }

  @Answer(ListWatches)
  async list(request: z.output<typeof ListWatches.request>): Promise<ResponseOf<typeof ListWatches>> {
    const { accountId, limit, cursor } = request;
    const { items, next } = await this.database.read([accountId], (tx) =>
      this.watches.list(tx, accountId, request, limit, cursor),
    );
    const now = this.clock.now();
    return { watches: items.map((watch) => shownWatch(watch, now)), next };
  }

  private checkSettings(given: WatchSettings): void {
    const problems = settingsProblems(given, this.clock.now());
    if (problems.length > 0) throw invalid(...problems);
  }

  private async read(accountId: string, watchId: string): Promise<StoredWatch> {
    const watch = await this.database.read([accountId], (tx) => this.watches.get(tx, accountId, watchId));
    if (!watch) throw unknownWatch();
    return watch;
  }

  private async followed(watch: StoredWatch): Promise<{ source: string; product: string }[]> {
    const listings = await this.database.read([watch.accountId], (tx) => this.writer.followed(tx, watch));
    return listings.map(({ source, product }) => ({ source, product }));
  }

  private async knownOf(watch: StoredWatch): Promise<Map<string, Product>> {
    const named = namedBy(watch);
    if (!named) return new Map();
    const ids =
      named.pinned && named.productId !== null ? [named.productId] : Object.values(candidatesOf(named));
    return this.listings.get(watch.accountId, ids);
  }

  private async advise(watch: StoredWatch, known: ReadonlyMap<string, Product>) {
    const rule = readOrThrow(watch.conditions, undefined);
    const deal =
      watch.productId === null ? undefined : await this.listings.deal(watch.accountId, watch.productId);
    const rates = deal && (await this.ratesFor(rule, deal.currency));
    const offers = known.get(watch.productId ?? '')?.offers ?? [];
    return this.adviseOn(
      watch,
      rule,
      deal,
      offers.find(({ offerId }) => offerId === deal?.offerId),
      rates,
    );
  }

  private async adviseOn(
    watch: StoredWatch,
    rule: Rule,
    deal: Deal | undefined,
    offer: Offer | undefined,
    rates: DayRates | undefined,
  ): Promise<WatchAdvice[]> {
    const past = deal && (await this.past.of(watch.accountId, rule, deal, offer, rates));
    return adviceFor(watch, rule, deal, offer, rates, past);
  }

  private async ratesFor(rule: Rule, currency: string) {
    const isForeign = leavesOf(rule).some((leaf) => leaf.currency !== null && leaf.currency !== currency);
    return isForeign ? this.rates.today() : undefined;
  }
}

function readOrThrow(when: StoredWatch['conditions'], listing: Product | undefined): Rule {
  const read = readConditions(when, listing?.offers[0]?.currency);
  if ('problems' in read) throw invalid(...read.problems);
  return read.rule;
}

const unknownWatch = (): Refusal => new Refusal('not-found', 'no such watch');
