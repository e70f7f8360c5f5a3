import { catalogue, priceAt } from './index.ts';
import { ticksPerDay } from './price-moves.ts';

const start = 1_000_000;
const product = catalogue.find(({ id }) => id === 'sbx-001')!;
const hourTicks = 1800;

/** What a watcher of the whole shop sees within an hour. */
function hourOf(seed: string): { drops: number; events: Set<string>; prices: number[] } {
  let drops = 0;
  const events = new Set<string>();
  const prices: number[] = [];
  for (const product of catalogue) {
    for (let tick = start; tick < start + hourTicks; tick += 1) {
      const before = priceAt(seed, product, tick - 1).priceMinor;
      const { priceMinor, event } = priceAt(seed, product, tick);
      if ((before - priceMinor) * 100 >= 5 * before) drops += 1;
      events.add(event);
      prices.push(priceMinor);
    }
  }
  return { drops, events, prices };
}

describe('the prices of the sandbox shop', () => {
  it('are the same for the same seed and tick, and others for another seed', () => {
    const prices = (seed: string): string => hourOf(seed).prices.join(' ');
    expect(prices('one') === prices('one')).toBe(true);
    expect(prices('one') === prices('two')).toBe(false);
  });

  it.each(['souk', 'one', 'two'])('drop by 5 %% somewhere every five to ten seconds with seed %s', (seed) => {
    const { drops, events } = hourOf(seed);
    expect((hourTicks * 2) / drops).toBeGreaterThan(4);
    expect((hourTicks * 2) / drops).toBeLessThan(10);
    expect([...events].toSorted()).toEqual(['drop', 'fake-discount', 'flash-sale', 'stock-out', 'usual']);
  });

  it('inflate the list price before a fake discount is claimed, which gives nearly nothing', () => {
    const ticks = Array.from({ length: 3 * hourTicks }, (_, index) =>
      priceAt('souk', product, start + index),
    );
    const first = ticks.findIndex(({ event }) => event === 'fake-discount');
    const [before, inflated] = [ticks.at(first - 1)!, ticks.at(first)!];
    expect(inflated.listPriceMinor).toBeGreaterThan(1.4 * before.listPriceMinor);
    const sale = ticks.slice(first).find(({ priceMinor }) => priceMinor < inflated.priceMinor)!;
    expect(sale.priceMinor).toBeGreaterThan(0.95 * before.priceMinor);
  });

  it('come back after a flash sale of three to six ticks', () => {
    const lengths: number[] = [];
    let length = 0;
    for (let tick = start; tick < start + 4 * hourTicks; tick += 1) {
      if (priceAt('souk', product, tick).event === 'flash-sale') length += 1;
      else if (length > 0) lengths.push(length);
      if (priceAt('souk', product, tick).event !== 'flash-sale') length = 0;
    }
    expect(lengths.length).toBeGreaterThan(5);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(6);
  });

  it('stay near the usual price over a year, with a slow trend', () => {
    for (const product of catalogue) {
      const year = Array.from(
        { length: 365 },
        (_, day) => priceAt('souk', product, day * ticksPerDay).priceMinor,
      );
      expect(Math.max(...year)).toBeLessThan(1.15 * product.baseMinor);
      expect(Math.min(...year)).toBeGreaterThan(0.3 * product.baseMinor);
      expect(new Set(year).size).toBeGreaterThan(10);
    }
  });
});

describe('the catalogue', () => {
  it('has about 40 products with their own ids and GTINs whose check digit is right', () => {
    expect(catalogue).toHaveLength(40);
    expect(new Set(catalogue.map(({ id }) => id)).size).toBe(40);
    for (const { gtin } of catalogue) {
      expect(gtin).toMatch(/^2\d{12}$/);
      const sum = Array.from(gtin, Number).reduce(
        (total, digit, index) => total + digit * (index % 2 ? 3 : 1),
        0,
      );
      expect(sum % 10).toBe(0);
    }
  });
});
