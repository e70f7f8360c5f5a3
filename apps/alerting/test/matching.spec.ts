import {
  AlertDelivered,
  AlertRaised,
  DealsScored,
  ListAlerts,
  newId,
  OPERATOR_ACCOUNT_ID,
  productIdOf,
  type ScoredDeal,
  type WatchConditions,
} from '@souk/contracts';
import { Database, type Tx } from '@souk/service';
import * as fc from 'fast-check';
import { AlertStore } from '../src/alerts/alert.store.ts';
import { alertsOf, handled, news, prices, scored, source, startAlerting, watch } from './alerting-world.ts';

describe('matching prices against watches', () => {
  let world: Awaited<ReturnType<typeof startAlerting>>;
  beforeAll(async () => void (world = await startAlerting()));
  afterAll(() => world.stop());

  const firedAt = async (accountId: string, watchId: string) =>
    (await alertsOf(world, accountId, watchId)).map((alert) => alert.observedAt).toSorted();

  it('raises one alert for a crossing, with its reason, its product and its trace', async () => {
    const accountId = newId();
    await news(world, accountId, 'one', { title: 'Portal', url: 'https://shop.example/portal' });
    const made = await watch(world, accountId, 'one', { dropPercent: 30 });
    const traceId = 'abcdef0123456789abcdef0123456789';
    await prices(
      world,
      accountId,
      [scored(accountId, 'one', { priceMinor: 3_959, previousPriceMinor: 5_999, seller: 'Ada', score: 82 })],
      { traceparent: `00-${traceId}-0123456789abcdef-01` },
    );

    const [alert, ...more] = await alertsOf(world, accountId);
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      watchId: made.id,
      title: 'Portal',
      url: 'https://shop.example/portal',
      seller: 'Ada',
      priceMinor: 3_959,
      previousPriceMinor: 5_999,
      observedAt: '2026-01-02T00:00:00.000Z',
      score: 82,
      reasons: [{ kind: 'dropPercent', sentence: 'fell 34.0 % from 59.99 to 39.59 USD; you asked for 30 %' }],
      traceId,
    });
    const raised = await world.event(AlertRaised, (event) => event.data.id === alert!.id);
    expect(raised.data).toEqual(alert);
    expect(raised.accountId).toBe(accountId);
    expect(raised.traceparent).toContain(traceId);
    const delivered = await world.event(AlertDelivered, (event) => event.data.alertId === alert!.id);
    expect(delivered.data).toMatchObject({
      channelId: 'inbox',
      channelType: 'inbox',
      possibleRepeat: false,
      traceId,
    });
  });

  it('several conditions of one watch that become true at once are one alert with all reasons', async () => {
    const accountId = newId();
    const made = await watch(world, accountId, 'all', {
      priceBelow: '10',
      dropPercent: 20,
      allTimeLow: true,
      backInStock: true,
      scoreAtLeast: 80,
    });
    await prices(world, accountId, [
      scored(accountId, 'all', {
        priceMinor: 900,
        previousPriceMinor: 2_000,
        lowestBeforeMinor: 1_000,
        availability: 'in_stock',
        previousAvailability: 'out_of_stock',
        score: 85,
        previousScore: 40,
      }),
    ]);
    const alerts = await alertsOf(world, accountId, made.id);
    expect(alerts.map((alert) => alert.reasons.map((reason) => reason.kind))).toEqual([
      ['priceBelow', 'dropPercent', 'allTimeLow', 'backInStock', 'scoreAtLeast'],
    ]);
  });

  it('the same prices again, under the same or another message id, raise nothing more', async () => {
    const accountId = newId();
    await watch(world, accountId, 'again', { dropPercent: 10 });
    const deals = [scored(accountId, 'again', { priceMinor: 500, previousPriceMinor: 1_000 })];
    const id = newId();
    await prices(world, accountId, deals, { id });
    await prices(world, accountId, deals, { id });
    await prices(world, accountId, deals);
    const alerts = await alertsOf(world, accountId);
    expect(alerts).toHaveLength(1);
    await world.event(AlertRaised, (event) => event.accountId === accountId);
    expect(world.events(AlertRaised).filter((event) => event.accountId === accountId)).toHaveLength(1);
  });

  it('late prices and backfills raise nothing', async () => {
    const accountId = newId();
    await watch(world, accountId, 'old', { dropPercent: 10, priceBelow: '10' });
    const crossing = { priceMinor: 500, previousPriceMinor: 1_000 };
    await prices(world, accountId, [scored(accountId, 'old', { ...crossing, late: true })]);
    await prices(world, accountId, [scored(accountId, 'old', crossing)], { mode: 'backfill' });
    expect(await alertsOf(world, accountId)).toEqual([]);
  });

  it('prices of a source that forbids alerts raise nothing, those of one with other rules do', async () => {
    const accountId = newId();
    await watch(world, accountId, 'strict', { priceBelow: '10' });
    const policy = {
      mayStoreHistory: false,
      cacheLifetimeMs: 86_400_000,
      mayAlert: false,
      attribution: null,
    };
    const deals = [scored(accountId, 'strict', { priceMinor: 500 })];
    await prices(world, accountId, deals, { policy });
    expect(await alertsOf(world, accountId)).toEqual([]);
    await prices(world, accountId, deals, { policy: { ...policy, mayAlert: true } });
    expect(await alertsOf(world, accountId)).toHaveLength(1);
  });

  it.each([
    [1_000, 700, 1],
    [999, 700, 0],
  ])('30 %% on a fall from %i to %i raises %i', async (previous, price, count) => {
    const accountId = newId();
    await watch(world, accountId, 'edge', { dropPercent: 30 });
    await prices(world, accountId, [
      scored(accountId, 'edge', { priceMinor: price, previousPriceMinor: previous }),
    ]);
    expect(await alertsOf(world, accountId)).toHaveLength(count);
  });

  it('a limit concerns only offers in its currency, and without one any', async () => {
    const accountId = newId();
    const euros = await watch(world, accountId, 'money', { priceBelow: '100', currency: 'EUR' });
    const any = await watch(world, accountId, 'money', { priceBelow: '100' });
    const fall = { priceMinor: 99, previousPriceMinor: 150, currency: 'JPY', offerId: newId() };
    await prices(world, accountId, [scored(accountId, 'money', fall)]);
    expect(await alertsOf(world, accountId, euros.id)).toEqual([]);
    expect(await alertsOf(world, accountId, any.id)).toHaveLength(1);
  });

  it('a condition that is true when the watch is made raises nothing until it is crossed again', async () => {
    const accountId = newId();
    await prices(world, accountId, [scored(accountId, 'true', { priceMinor: 500 })]);
    const made = await watch(world, accountId, 'true', { priceBelow: '10' });
    const at = (day: number) => `2026-02-0${day}T00:00:00.000Z`;
    const step = (day: number, price: number, previous: number) =>
      prices(world, accountId, [
        scored(accountId, 'true', { observedAt: at(day), priceMinor: price, previousPriceMinor: previous }),
      ]);
    await step(1, 400, 500);
    expect(await firedAt(accountId, made.id)).toEqual([]);
    await step(2, 1_200, 400);
    await step(3, 999, 1_200);
    expect(await firedAt(accountId, made.id)).toEqual([at(3)]);
  });

  it('a watch on a shared listing fires for every account that has one, with rows of its own', async () => {
    const [ada, bob] = [newId(), newId()];
    const watches = {
      ada: await watch(world, ada, 'shared', { dropPercent: 10 }),
      bob: await watch(world, bob, 'shared', { dropPercent: 50 }),
    };
    await prices(world, OPERATOR_ACCOUNT_ID, [
      scored(OPERATOR_ACCOUNT_ID, 'shared', { priceMinor: 500, previousPriceMinor: 1_000 }),
    ]);
    for (const [accountId, made] of [
      [ada, watches.ada],
      [bob, watches.bob],
    ] as const) {
      expect((await alertsOf(world, accountId)).map((alert) => alert.watchId)).toEqual([made.id]);
      const raised = await world.event(AlertRaised, (event) => event.data.watchId === made.id);
      expect(raised.accountId).toBe(accountId);
    }
    const rows = await world.sql<{ account_id: string }>(
      'alerting',
      'select account_id from alert where watch_id = any ($1)',
      [[watches.ada.id, watches.bob.id]],
    );
    expect(rows.map((row) => row.account_id).toSorted()).toEqual([ada, bob].toSorted());
  });

  it("nobody hears of another account's private listing, even with its id in the index", async () => {
    const [owner, spy] = [newId(), newId()];
    const made = await watch(world, spy, 'private', { dropPercent: 10 });
    await world.sql(
      'alerting',
      'update match_index set product_id = $1 where watch_id = $2 and product_id = $3',
      [productIdOf(owner, source, 'private'), made.id, productIdOf(spy, source, 'private')],
    );
    await prices(world, owner, [scored(owner, 'private', { priceMinor: 1, previousPriceMinor: 1_000 })]);
    expect(await alertsOf(world, spy)).toEqual([]);
    expect(await alertsOf(world, owner)).toEqual([]);
  });

  it('a paused or deleted watch is not matched', async () => {
    const accountId = newId();
    const made = await watch(world, accountId, 'gone', { dropPercent: 10 });
    await world.sql('alerting', 'update watch set paused = true where id = $1', [made.id]);
    await prices(world, accountId, [scored(accountId, 'gone', { priceMinor: 1, previousPriceMinor: 9 })]);
    await world.sql('alerting', 'delete from watch where id = $1', [made.id]);
    await prices(world, accountId, [scored(accountId, 'gone', { priceMinor: 1, previousPriceMinor: 9 })]);
    expect(await alertsOf(world, accountId)).toEqual([]);
  });

  it('a later alert waits for the commit of an earlier one, so that positions become visible in their order', async () => {
    const accountId = newId();
    const store = world.app('alerting').get(AlertStore);
    const database = world.app('alerting').get(Database);
    await watch(world, accountId, 'order', { dropPercent: 10 });
    await prices(world, accountId, [scored(accountId, 'order', { priceMinor: 1, previousPriceMinor: 9 })]);
    const { position: before, ...alert } = (await alertsOf(world, accountId))[0]!;
    const insert = (tx: Tx, minute: number) =>
      store.insert(tx, [
        { accountId, alert: { ...alert, id: newId(), observedAt: `2026-04-01T00:0${minute}:00.000Z` } },
      ]);
    let commitFirst = (): void => undefined;
    const mayCommit = new Promise<void>((resolve) => (commitFirst = resolve));
    let isFirstInserted = false;
    const first = database.transaction([accountId], async (tx) => {
      const raised = await insert(tx, 1);
      isFirstInserted = true;
      await mayCommit;
      return raised[0]!.alert.position;
    });
    await world.until(() => isFirstInserted);
    const second = database.transaction([accountId], async (tx) => (await insert(tx, 2))[0]!.alert.position);
    await world
      .until(
        async () =>
          (
            await world.sql(
              'alerting',
              `select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
            )
          ).length > 0,
        { what: 'the second to wait for the first' },
      )
      .finally(commitFirst);
    const positions = [await first, await second];
    expect(positions[0]).toBeLessThan(positions[1]!);
    const listed = (await alertsOf(world, accountId)).map((one) => one.position);
    expect(listed).toEqual([...positions.toReversed(), before]);
  });

  it("an account's alerts are published in the order of their positions, from all partitions", async () => {
    const accountId = newId();
    const products = Array.from({ length: 60 }, (_, place) => `race-${place}`);
    for (const product of products) await watch(world, accountId, product, { dropPercent: 10 });
    await Promise.all(
      products.map((product) =>
        world.publish(
          DealsScored,
          {
            source,
            mode: 'live',
            deals: [scored(accountId, product, { priceMinor: 1, previousPriceMinor: 9 })],
          },
          { accountId, key: productIdOf(accountId, source, product) },
        ),
      ),
    );
    const published = await world.until(() => {
      const seen = world.events(AlertRaised).filter((event) => event.accountId === accountId);
      return seen.length === products.length && seen.map((event) => event.data.position);
    });
    expect(published).toEqual(published.toSorted((a, b) => a - b));
    const { alerts } = await world.ask(ListAlerts, { accountId, limit: 1_000, afterPosition: 0 });
    expect(alerts.map((alert) => alert.position)).toEqual(published);
  });

  it('lists newest first by pages, and after a position oldest first', async () => {
    const accountId = newId();
    await watch(world, accountId, 'pages', { dropPercent: 10 });
    const at = (day: number) => `2026-03-0${day}T00:00:00.000Z`;
    await prices(
      world,
      accountId,
      [1, 2, 3, 4, 5].map((day) =>
        scored(accountId, 'pages', { observedAt: at(day), priceMinor: 10, previousPriceMinor: 100 }),
      ),
    );
    const first = await world.ask(ListAlerts, { accountId, limit: 3 });
    const second = await world.ask(ListAlerts, { accountId, limit: 3, cursor: first.next! });
    expect([...first.alerts, ...second.alerts].map((alert) => alert.observedAt)).toEqual(
      [5, 4, 3, 2, 1].map(at),
    );
    expect(second.next).toBeNull();
    const after = await world.ask(ListAlerts, {
      accountId,
      limit: 10,
      afterPosition: first.alerts[1]!.position,
    });
    expect(after.alerts.map((alert) => alert.observedAt)).toEqual([at(5)]);
    await expect(world.ask(ListAlerts, { accountId, limit: 3, cursor: 'made up' })).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ field: 'cursor' }],
    });
  });

  /** What should fire, straight from the meaning of the conditions, without thresholds or probes. */
  function model(when: WatchConditions, walk: readonly ScoredDeal[]): string[] {
    return walk
      .filter((deal) => {
        const { priceMinor: price, previousPriceMinor: previous, lowestBeforeMinor: lowest } = deal;
        const limit = when.priceBelow === undefined ? undefined : Math.round(Number(when.priceBelow) * 100);
        const isBelow = limit !== undefined && price < limit && (previous === undefined || previous >= limit);
        const fell =
          when.dropPercent !== undefined &&
          previous !== undefined &&
          previous > 0 &&
          (BigInt(previous) - BigInt(price)) * 10_000n >=
            BigInt(Math.round(when.dropPercent * 100)) * BigInt(previous);
        const isLowest = when.allTimeLow === true && lowest !== undefined && price < lowest;
        const isBack =
          when.backInStock === true &&
          deal.previousAvailability === 'out_of_stock' &&
          (deal.availability === 'in_stock' || deal.availability === 'limited');
        const rose =
          when.scoreAtLeast !== undefined &&
          (deal.score ?? -1) >= when.scoreAtLeast &&
          (deal.previousScore ?? -1) < when.scoreAtLeast;
        return isBelow || fell || isLowest || isBack || rose;
      })
      .map((deal) => deal.observedAt);
  }

  const availability = fc.constantFrom(
    'in_stock',
    'limited',
    'preorder',
    'out_of_stock',
    'unknown',
    undefined,
  );
  const step = fc.record({
    price: fc.integer({ min: 0, max: 60 }),
    availability,
    score: fc.option(fc.integer({ min: 0, max: 100 })),
  });
  const conditions: fc.Arbitrary<WatchConditions> = fc
    .record(
      {
        priceBelow: fc.integer({ min: 1, max: 60 }).map((minor) => (minor / 100).toFixed(2)),
        dropPercent: fc.integer({ min: 1, max: 10_000 }).map((basisPoints) => basisPoints / 100),
        allTimeLow: fc.constant(true as const),
        backInStock: fc.constant(true as const),
        scoreAtLeast: fc.integer({ min: 100, max: 10_000 }).map((hundredths) => hundredths / 100),
      },
      { requiredKeys: [] },
    )
    .filter((when) => Object.keys(when).length > 0);

  it('random walks of prices raise exactly what a plain model counts, for random watches', async () => {
    let raised = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.array(conditions, { minLength: 1, maxLength: 8 }),
        async (steps, whens) => {
          const accountId = newId();
          const walk: ScoredDeal[] = steps.map((now, place) => {
            const before = steps[place - 1];
            const lowest = Math.min(...steps.slice(0, place).map((earlier) => earlier.price));
            return scored(accountId, 'walk', {
              observedAt: new Date(Date.UTC(2026, 0, 1) + place * 60_000).toISOString(),
              priceMinor: now.price,
              ...(now.availability && { availability: now.availability }),
              ...(now.score !== null && { score: now.score }),
              ...(before && { previousPriceMinor: before.price, lowestBeforeMinor: lowest }),
              ...(before?.availability && { previousAvailability: before.availability }),
              ...(before && before.score !== null && { previousScore: before.score }),
            });
          });
          const watches = [];
          for (const when of whens) watches.push({ when, made: await watch(world, accountId, 'walk', when) });
          const ids = [];
          for (let from = 0; from < walk.length; from += 7) {
            const deals = walk.slice(from, from + 7);
            const options = { accountId, key: deals[0]!.productId };
            ids.push(await world.publish(DealsScored, { source, mode: 'live', deals }, options));
          }
          await handled(world, ids);
          for (const { when, made } of watches) {
            const fired = await firedAt(accountId, made.id);
            expect({ when, fired }).toEqual({ when, fired: model(when, walk) });
            raised += fired.length;
          }
        },
      ),
      { numRuns: 25 },
    );
    expect(raised).toBeGreaterThan(100);
  });
});
