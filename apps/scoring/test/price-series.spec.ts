import { GetHistory, GetPriceChart, GetPriceSeries, newId, productIdOf } from '@souk/contracts';
import type { World } from '@souk/testing';
import { accepted, dayAt, price, publish, startScoring } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startScoring();
});
afterAll(() => world?.stop());

const account = newId();
const productId = productIdOf(account, 'steam', '730');

describe('a history by day and week', () => {
  beforeAll(async () => {
    const told = [0, 1, 2, 3, 20, 21].map((day) =>
      price(account, { observedAt: dayAt(day), priceMinor: day === 3 ? 999 : 1499, listPriceMinor: 1999 }),
    );
    const yen = price(account, { observedAt: dayAt(4), priceMinor: 2_000, currency: 'JPY' });
    await publish(world, account, accepted([...told.slice(0, 4), yen], { mode: 'backfill' }));
    await publish(world, account, accepted(told.slice(4)));
    await world.until(async () => {
      const { series } = await world.ask(GetPriceSeries, {
        accountId: account,
        productId,
        resolution: 'day',
      });
      return series.find(({ currency }) => currency === 'USD')?.buckets.length === 22;
    });
  });

  it('is told for each currency, with gaps where nobody looked', async () => {
    const { series } = await world.ask(GetPriceSeries, { accountId: account, productId, resolution: 'day' });
    expect(series.map(({ currency }) => currency).toSorted()).toEqual(['JPY', 'USD']);
    const { buckets } = series.find(({ currency }) => currency === 'USD')!;
    expect(buckets[3]).toMatchObject({
      startsAt: dayAt(3),
      closeMinor: 999,
      isImported: true,
      listPriceMinor: 1999,
    });
    expect(buckets.slice(4, 20).every(({ kind, closeMinor }) => kind === 'gap' && closeMinor === null)).toBe(
      true,
    );
    expect(buckets[20]).toMatchObject({ kind: 'observed', isImported: false });
  });

  it('marks where nobody looked in its single observations too, on whatever page they are told', async () => {
    const gaps: (string | undefined)[][] = [];
    let cursor: string | undefined;
    do {
      const page = await world.ask(GetHistory, { accountId: account, productId, limit: 2, cursor });
      gaps.push(...page.points.map(({ observedAt, gapSince }) => [observedAt, gapSince]));
      cursor = page.next ?? undefined;
    } while (cursor);
    const marked = gaps.map(([at]) => [at, at === dayAt(20) ? dayAt(3) : undefined]);
    expect(gaps).toEqual(marked);
    expect(gaps).toHaveLength(7);
    const { points } = await world.ask(GetHistory, {
      ...{ accountId: account, productId, limit: 10 },
      ...{ from: dayAt(20), to: dayAt(20) },
    });
    expect(points).toMatchObject([{ observedAt: dayAt(20), gapSince: dayAt(3) }]);
  });

  it('is told in part, by whole days', async () => {
    const window = { from: dayAt(1.5), to: dayAt(2.5) };
    const { series } = await world.ask(GetPriceSeries, {
      accountId: account,
      productId,
      resolution: 'day',
      ...window,
    });
    expect(series.flatMap(({ buckets }) => buckets.map(({ startsAt }) => startsAt))).toEqual([
      dayAt(1),
      dayAt(2),
    ]);
  });

  it('becomes a chart of changes with its gaps, in the currency seen last', async () => {
    const { chart } = await world.ask(GetPriceChart, { accountId: account, productId });
    expect(chart).toMatchObject({ currency: 'USD', lowest: { priceMinor: 999, observedAt: dayAt(3) } });
    expect(chart!.points.map(({ at }) => at)).toEqual([dayAt(0), dayAt(3), dayAt(20)]);
    expect(chart!.gaps[0]).toEqual({ from: dayAt(3), to: dayAt(20) });
  });

  it('of an offer that is none of the product is refused, and told where it has no price in the time asked for', async () => {
    const asked = { accountId: account, productId };
    const { chart } = await world.ask(GetPriceChart, asked);
    const day = { resolution: 'day' as const };
    const { series } = await world.ask(GetPriceSeries, { ...asked, ...day, offerId: chart!.offerId });
    expect(series).toHaveLength(2);
    const later = { from: dayAt(40), to: dayAt(50), offerId: chart!.offerId };
    expect(await world.ask(GetPriceSeries, { ...asked, ...day, ...later })).toEqual({ series: [] });
    const refusal = { code: 'not-found', message: 'No prices are stored of such an offer of this product.' };
    const other = { ...asked, offerId: newId() };
    await expect(world.ask(GetPriceSeries, { ...other, ...day })).rejects.toMatchObject(refusal);
    await expect(world.ask(GetPriceChart, other)).rejects.toMatchObject(refusal);
  });

  it('is nothing to another account', async () => {
    const asked = { accountId: newId(), productId };
    expect(await world.ask(GetPriceSeries, { ...asked, resolution: 'week' })).toEqual({ series: [] });
    expect(await world.ask(GetPriceChart, asked)).toEqual({ chart: null });
  });
});
