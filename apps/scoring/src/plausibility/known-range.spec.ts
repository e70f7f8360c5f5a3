import { DAY_MS } from '../day.ts';
import { PriceTimeline } from '../price-timeline.ts';
import { KnownPrices } from './known-range.ts';

type Told = readonly [day: number, currency: string, priceMinor: number];

/** An offer whose prices were accepted as they were told. */
function knownOf(told: readonly Told[]): KnownPrices {
  const timelines = new Map<string, PriceTimeline>();
  for (const [day, currency, priceMinor] of told) {
    let timeline = timelines.get(currency);
    if (!timeline) timelines.set(currency, (timeline = new PriceTimeline()));
    timeline.append(day * DAY_MS, { priceMinor, availability: 0 });
  }
  return new KnownPrices(timelines);
}

const daily = (fromDay: number, days: number, currency: string, priceOf: (day: number) => number): Told[] =>
  Array.from({ length: days }, (_, at) => [fromDay + at, currency, priceOf(fromDay + at)] as const);

const euros = () => 1000;
const movingEuros = (day: number) => 1000 + (day % 2);
const dollars = () => 1080;

describe('a currency', () => {
  it('that two readings agreed on is as strange as before once the offer is told in its own again', () => {
    for (const priceOf of [euros, movingEuros]) {
      const history: Told[] = [
        ...daily(0, 60, 'EUR', priceOf),
        [60, 'USD', 1080],
        [60.2, 'USD', 1080],
        ...daily(61, 20, 'EUR', priceOf),
      ];
      const known = knownOf(history);
      expect(known.strangeness('USD', 1080)).toBe('currency');
      expect(known.range('USD')).toBeUndefined();
      expect(known.strangeness('EUR', 1000)).toBeUndefined();
      // Whatever comes between two pairs of such readings is no time in that currency.
      const twice = knownOf([...history, [81.1, 'USD', 1080], [81.2, 'USD', 1080], [82, 'EUR', 1000]]);
      expect(twice.strangeness('USD', 1080)).toBe('currency');
    }
  });

  it('that the offer has changed to is its own from then on', () => {
    const changed: Told[] = [...daily(0, 60, 'EUR', euros), [60, 'USD', 1080], [61, 'USD', 1080]];
    expect(knownOf(changed).strangeness('USD', 1100)).toBeUndefined();
    expect(knownOf(changed).strangeness('USD', 100)).toBe('below');
  });

  it('that the offer was told in for three days is known also after it was told in another one', () => {
    const back = (days: number) =>
      knownOf([
        ...daily(0, 100, 'EUR', movingEuros),
        ...daily(100, days, 'USD', dollars),
        [100 + days, 'EUR', 1005],
      ]);
    expect([2, 3, 30].map((days) => back(days).strangeness('USD', 1080))).toEqual([
      'currency',
      undefined,
      undefined,
    ]);
    expect(back(30).strangeness('USD', 100)).toBe('below');
    expect(back(30).strangeness('EUR', 1000)).toBeUndefined();
  });
});
