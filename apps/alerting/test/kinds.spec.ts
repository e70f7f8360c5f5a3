import { newId, type ScoredDeal, type WatchConditions, DealsScored } from '@souk/contracts';
import * as fc from 'fast-check';
import { alertsOf, handled, prices, scored, source, startAlerting, watch } from './alerting-world.ts';

type Group = WatchConditions;
type Truth = boolean | undefined;
const { round } = Math;

/** What a condition is at a price, straight from its meaning; `now` alone where it is over at once. */
type Meaning = (deal: ScoredDeal) => { now: Truth; before?: Truth };

const minor = (text: string): number => round(Number(text) * 100);
const share = (reference: number | undefined, price: number, percent: number, sign: 1 | -1): Truth =>
  reference === undefined
    ? undefined
    : reference > 0 && sign * (reference - price) * 10_000 >= round(percent * 100) * reference;

const meanings = (when: Group): Meaning[] => {
  const landed = (price: number, deal: ScoredDeal) => price + (when.landed ? (deal.shippingMinor ?? 0) : 0);
  const atBoth =
    (holds: (price: number, deal: ScoredDeal) => Truth, first: Truth): Meaning =>
    (deal) => ({
      now: holds(deal.priceMinor, deal),
      before: deal.previousPriceMinor === undefined ? first : holds(deal.previousPriceMinor, deal),
    });
  const all: Meaning[] = [];
  const { against = 'last' } = when;
  if (when.priceBelow)
    all.push(atBoth((price, deal) => landed(price, deal) < minor(when.priceBelow!), false));
  if (when.priceAbove) all.push(atBoth((price, deal) => landed(price, deal) > minor(when.priceAbove!), true));
  for (const [percent, amount, sign] of [
    [when.dropPercent, when.dropAmount, 1],
    [when.priceRisePercent, when.priceRiseAmount, -1],
  ] as const) {
    const tests: ((reference: number | undefined, price: number) => Truth)[] = [];
    if (percent !== undefined) tests.push((reference, price) => share(reference, price, percent, sign));
    if (amount !== undefined)
      tests.push((reference, price) =>
        reference === undefined ? undefined : sign * (reference - price) >= minor(amount),
      );
    for (const holds of tests) {
      if (against === 'last') all.push((deal) => ({ now: holds(deal.previousPriceMinor, deal.priceMinor) }));
      else if (against === 'usual')
        all.push(atBoth((price, deal) => holds(deal.usualPriceMinor, price), false));
      else all.push(atBoth((price, deal) => holds(minor(against), landed(price, deal)), sign === -1));
    }
  }
  const lower = (price: number, lowest: number | undefined): Truth =>
    lowest === undefined ? undefined : price < lowest;
  if (when.allTimeLow) all.push((deal) => ({ now: lower(deal.priceMinor, deal.lowestBeforeMinor) }));
  if (when.lowOfDays)
    all.push((deal) => ({
      now: lower(deal.priceMinor, deal.lowestBeforeMinorByDays?.[String(when.lowOfDays) as '7']),
    }));
  const stock = (availability: string | undefined): Truth =>
    availability === 'in_stock' || availability === 'limited'
      ? true
      : availability === undefined || availability === 'unknown'
        ? undefined
        : false;
  if (when.backInStock)
    all.push(({ availability, previousAvailability }) => ({
      now: stock(availability) ? previousAvailability === 'out_of_stock' : stock(availability),
    }));
  if (when.inStockBelow)
    all.push((deal) => {
      const below = (price: number) => landed(price, deal) < minor(when.inStockBelow!);
      return {
        now: below(deal.priceMinor) ? stock(deal.availability) : false,
        before:
          deal.previousPriceMinor !== undefined &&
          below(deal.previousPriceMinor) &&
          stock(deal.previousAvailability) !== false,
      };
    });
  const reached = (asked: number, now: number | undefined, before: number | undefined) => ({
    now: now === undefined ? undefined : now >= asked,
    before: before !== undefined && before >= asked,
  });
  if (when.scoreAtLeast)
    all.push((deal) => {
      const { usualPriceMinor: usual, priceMinor, previousPriceMinor = Number.POSITIVE_INFINITY } = deal;
      const isCheap = (price: number) => !usual || 100 * price < 98 * usual;
      const { now, before } = reached(when.scoreAtLeast!, deal.score, deal.previousScore);
      return { now: now && isCheap(priceMinor), before: before && isCheap(previousPriceMinor) };
    });
  if (when.realDiscountAtLeast)
    all.push((deal) =>
      reached(when.realDiscountAtLeast!, deal.realDiscountPercent, deal.previousRealDiscountPercent),
    );
  return all;
};

/** Whether a tree is true at a price, and whether one of the conditions that make it so was not before. */
function judged(when: Group, deal: ScoredDeal, outer: Partial<Group> = {}): { now: Truth; crossed: boolean } {
  const { landed = outer.landed, against = outer.against } = when;
  const given = { ...when, ...(landed && { landed }), ...(against !== undefined && { against }) };
  const own = meanings(given).map((meaning) => {
    const { now, before } = meaning(deal);
    return { now, crossed: now === true && before !== true };
  });
  const parts = [...own, ...(when.all ?? when.any ?? []).map((part) => judged(part, deal, given))];
  const seller: Truth = when.seller
    ? deal.seller === undefined
      ? undefined
      : when.seller.includes(deal.seller)
    : true;
  const values = parts.map(({ now }) => now);
  const joined: Truth = when.all
    ? values.includes(false)
      ? false
      : values.includes(undefined)
        ? undefined
        : true
    : values.includes(true)
      ? true
      : values.includes(undefined)
        ? undefined
        : false;
  const now = seller === true ? joined : seller === false || joined === false ? false : undefined;
  return { now, crossed: now === true && parts.some((part) => part.now === true && part.crossed) };
}

const amount = fc.integer({ min: 1, max: 60 }).map((value) => (value / 100).toFixed(2));
const percent = fc.integer({ min: 1, max: 10_000 }).map((value) => value / 100);
const yes = fc.constant(true as const);
const limits = {
  priceBelow: amount,
  priceAbove: amount,
  inStockBelow: amount,
  landed: yes,
};
const group: fc.Arbitrary<Group> = fc.oneof(
  fc
    .record(limits, { requiredKeys: [] })
    .filter((when) => Boolean(when.priceBelow ?? when.priceAbove ?? when.inStockBelow)),
  fc
    .record(
      {
        dropPercent: percent,
        priceRisePercent: percent,
        dropAmount: amount,
        priceRiseAmount: amount,
        against: fc.constantFrom('last', 'usual'),
      },
      { requiredKeys: [] },
    )
    .filter((when) => Object.keys(when).some((name) => name !== 'against')),
  fc.record({ dropPercent: percent, against: amount }),
  fc.record({ priceRiseAmount: amount, against: amount }),
  fc
    .record(
      {
        allTimeLow: yes,
        lowOfDays: fc.constantFrom(7 as const, 30 as const, 365 as const),
        backInStock: yes,
        scoreAtLeast: fc.integer({ min: 1, max: 100 }),
        realDiscountAtLeast: fc.integer({ min: 1, max: 100 }),
      },
      { requiredKeys: [] },
    )
    .filter((when) => Object.keys(when).length > 0),
);
const filtered = fc
  .tuple(group, fc.option(fc.constantFrom<string[]>(['Ada'], ['Bob', 'Ada']), { nil: undefined }))
  .map(([when, seller]): Group => ({ ...when, ...(seller && { seller }) }));
const joined = (of: fc.Arbitrary<Group>): fc.Arbitrary<Group> =>
  fc
    .tuple(fc.boolean(), fc.array(of, { minLength: 1, maxLength: 3 }))
    .map(([isAll, parts]): Group => (isAll ? { all: parts } : { any: parts }) as Group);
const tree = fc.oneof(filtered, joined(filtered), joined(fc.oneof(filtered, joined(filtered))));

const step = fc.record({
  price: fc.integer({ min: 0, max: 60 }),
  availability: fc.constantFrom('in_stock', 'limited', 'preorder', 'out_of_stock', 'unknown', undefined),
  score: fc.option(fc.integer({ min: 0, max: 100 })),
  discount: fc.option(fc.integer({ min: -50, max: 100 })),
  shipping: fc.option(fc.integer({ min: 0, max: 20 })),
  usual: fc.option(fc.integer({ min: 0, max: 60 })),
  lowest: fc.option(fc.integer({ min: 0, max: 60 })),
});

describe('conditions of every kind, joined', () => {
  let world: Awaited<ReturnType<typeof startAlerting>>;
  beforeAll(async () => void (world = await startAlerting()));
  afterAll(() => world.stop());

  it('random walks of prices raise exactly what a plain model counts, for random trees', async () => {
    let raised = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.array(tree, { minLength: 4, maxLength: 16 }),
        fc.constantFrom('Ada', 'Bob', 'Eve', undefined),
        async (steps, whens, seller) => {
          const accountId = newId();
          const walk = steps.map((now, place): ScoredDeal => {
            const before = steps[place - 1];
            const lowest = Math.min(...steps.slice(0, place).map((earlier) => earlier.price));
            const lows = now.lowest === null ? lowest : Math.max(lowest, now.lowest);
            return scored(accountId, 'walk', {
              observedAt: new Date(Date.UTC(2026, 0, 1) + place * 60_000).toISOString(),
              priceMinor: now.price,
              ...(seller && { seller }),
              ...(now.availability && { availability: now.availability }),
              ...(now.score !== null && { score: now.score }),
              ...(now.discount !== null && { realDiscountPercent: now.discount }),
              ...(now.shipping !== null && { shippingMinor: now.shipping }),
              ...(now.usual !== null && { usualPriceMinor: now.usual }),
              ...(before && {
                previousPriceMinor: before.price,
                lowestBeforeMinor: lowest,
                lowestBeforeMinorByDays: { '7': lows, '30': lowest },
              }),
              ...(before?.availability && { previousAvailability: before.availability }),
              ...(before && before.score !== null && { previousScore: before.score }),
              ...(before && before.discount !== null && { previousRealDiscountPercent: before.discount }),
            });
          });
          const made = await Promise.all(
            whens.map((when) =>
              watch(world, accountId, 'walk', when).catch((error: { problems?: unknown }) => {
                if (error.problems === undefined) throw error;
                return undefined; // a chosen price that no drop leads below
              }),
            ),
          );
          const ids = [];
          for (let from = 0; from < walk.length; from += 7)
            ids.push(
              await world.publish(
                DealsScored,
                { source, mode: 'live', deals: walk.slice(from, from + 7) },
                { accountId, key: walk[0]!.productId },
              ),
            );
          await handled(world, ids);
          for (const [place, when] of whens.entries()) {
            if (!made[place]) continue;
            const alerts = await alertsOf(world, accountId, made[place].id);
            const fired = alerts.map((alert) => alert.observedAt).toSorted();
            const expected = walk.filter((deal) => judged(when, deal).crossed).map((deal) => deal.observedAt);
            expect({ when, fired }).toEqual({ when, fired: expected });
            for (const { reasons } of alerts) expect(reasons[0]!.crossed).toBeUndefined();
            raised += fired.length;
          }
        },
      ),
      { numRuns: 20 },
    );
    expect(raised).toBeGreaterThan(60);
  }, 120_000);

  it('an alert names what came true first, then what holds as well', async () => {
    const accountId = newId();
    const made = await watch(world, accountId, 'both', { all: [{ priceBelow: '10' }, { scoreAtLeast: 70 }] });
    await prices(world, accountId, [
      scored(accountId, 'both', { priceMinor: 900, previousPriceMinor: 950, score: 80, previousScore: 60 }),
    ]);
    const [alert] = await alertsOf(world, accountId, made.id);
    expect(alert!.reasons.map(({ kind, crossed }) => [kind, crossed])).toEqual([
      ['scoreAtLeast', undefined],
      ['priceBelow', false],
    ]);
    expect(alert!.reasons[1]!.sentence).toBe('is below 10.00 USD already: 9.00 USD');
  });
});
