import { DAY_MS } from '../day.ts';
import { NOTHING_KNOWN } from '../deal-context.ts';
import type { AcceptedMessage } from '../incoming-price.ts';
import { OfferHistory } from '../offer-history.ts';
import type { NewPrice } from '../sort-out.ts';
import { doubtReadings } from './doubt-readings.ts';

/** An offer that cost so much on these days, and what the quarantine says of a price that is fetched on the next one. */
function detailOf(prices: readonly number[], priceMinor: number, contradicted = 0): string | undefined {
  const history = new OfferHistory();
  prices.forEach((price, day) =>
    history.timelineOf('EUR').append(day * DAY_MS, { priceMinor: price, availability: 1 }),
  );
  history.newestMs = (prices.length - 1) * DAY_MS;
  const atMs = prices.length * DAY_MS;
  const observedAt = new Date(atMs).toISOString();
  const offer = { priceMinor, currency: 'EUR', observedAt, product: 'p', productId: 'p', offerId: 'o' };
  const message = {
    data: { fetchId: 'fetch', origin: 'fetched', collectedAt: observedAt },
  } as AcceptedMessage;
  const value = { priceMinor, availability: 1 };
  const added: NewPrice[] = [{ message, offer, place: 0, atMs, value, isLate: false }];
  const { apart } = doubtReadings(
    [{ offerId: 'o', added, conflicts: [], history }],
    new Map([['o', { held: [], contradicted, refuted: [] }]]),
    () => true,
    () => NOTHING_KNOWN,
  );
  return apart.get(message)?.[0]?.detail;
}
const days = (count: number, price: number): number[] => Array.from({ length: count }, () => price);
/** Two wrong readings were confirmed once, for a day. */
const known = [...days(30, 2000), 200, ...days(30, 2000)];

describe('why a price waits', () => {
  it('is all that was seen, where it is far outside of that', () => {
    expect(detailOf(days(30, 2000), 200)).toBe(
      '2.00 EUR is far outside of what was seen so far, 20.00 to 20.00 EUR. It waits until 2 readings or another source agree.',
    );
    expect(detailOf(known, 10_000)).toContain('far outside of what was seen so far, 2.00 to 20.00 EUR.');
  });

  it('is the last price, where it jumps from there to what was asked too briefly to be known', () => {
    expect(detailOf(known, 200)).toContain(
      '2.00 EUR is far below the last price, 20.00 EUR, and as little was asked for less than 3 days before.',
    );
    expect(detailOf([...days(30, 500), 3000, ...days(30, 500)], 2500)).toContain(
      '25.00 EUR is far above the last price, 5.00 EUR, and as much was asked for less than 3 days before.',
    );
    expect(detailOf([...known, ...days(4, 200), 2000], 200)).toBeUndefined();
  });

  it('says how often readings were contradicted, of more than are remembered that they were more', () => {
    expect(detailOf(known, 200, 9)).toContain('were contradicted 9 times within 30 days.');
    expect(detailOf(known, 200, 10)).toContain('were contradicted 10 times or more within 30 days.');
  });
});
