import * as fc from 'fast-check';
import type { AcceptedMessage } from '../incoming-price.ts';
import type { NewPrice } from '../sort-out.ts';
import { PriceTimeline } from '../price-timeline.ts';
import { KnownPrices } from './known-range.ts';
import { type HeldPrice, type Known, siftReadings } from './sift-readings.ts';

/** A reading of its own fetch; several of one fetch with the same `fetchId`. */
const reading = (hour: number, priceMinor: number, fetchId = `fetch ${hour}`, currency = 'EUR'): NewPrice => {
  const observedAt = new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
  const offer = { priceMinor, currency, observedAt, product: 'p', productId: 'p', offerId: 'o' };
  const message = { data: { fetchId } } as AcceptedMessage;
  return {
    message,
    offer,
    place: hour,
    atMs: Date.parse(observedAt),
    value: { priceMinor, availability: 0 },
    isLate: false,
  };
};

/** The same, of a source that states the times of its prices: fetched at an hour of its own. */
function stated(hour: number, priceMinor: number, collectedHour: number, more: object = {}): NewPrice {
  const collectedAt = new Date(Date.UTC(2026, 0, 1, collectedHour)).toISOString();
  const data = { fetchId: `fetch ${collectedHour}`, origin: 'fetched', collectedAt, ...more };
  return { ...reading(hour, priceMinor), message: { data } as AcceptedMessage };
}

/** Known so far: so many prices, 8.00 to 10.00 EUR. */
function pricesSoFar(observations: number): KnownPrices {
  const timeline = new PriceTimeline();
  for (let at = 0; at < observations; at += 1)
    timeline.append(at, { priceMinor: at % 2 ? 1000 : 800, availability: 0 });
  return new KnownPrices(new Map([['EUR', timeline]]));
}

function known(changes: Partial<Known> = {}): Known {
  return {
    prices: pricesSoFar(9),
    ...{ held: [], refuted: [], newestMs: -Infinity },
    mustConfirm: () => true,
    isConfirmedElsewhere: () => false,
    readingsNeeded: () => 2,
    isDoubtful: () => false,
    ...changes,
  };
}
const pricesOf = (prices: readonly NewPrice[]) => prices.map(({ offer }) => offer.priceMinor);
const heldOf = (ones: readonly { held: HeldPrice }[]) => ones.map(({ held }) => held.price.offer.priceMinor);

describe('readings', () => {
  it('pass unless they are below 40 % of the lowest or above 2.5 times the highest price', () => {
    const { accepted, held } = siftReadings([reading(1, 320), reading(2, 1000), reading(3, 2500)], known());
    expect(pricesOf(accepted)).toEqual([320, 1000, 2500]);
    expect(held).toEqual([]);
    expect(siftReadings([reading(1, 319)], known()).held).toHaveLength(1);
    expect(siftReadings([reading(1, 2501)], known()).held).toHaveLength(1);
  });

  it('pass while nothing is known, where their source is trusted, and where another source tells the same', () => {
    for (const changes of [
      { prices: pricesSoFar(0) },
      { mustConfirm: () => false },
      { isConfirmedElsewhere: () => true },
    ]) {
      expect(pricesOf(siftReadings([reading(1, 5)], known(changes)).accepted)).toEqual([5]);
    }
  });

  it('wait where a jump as large leads a tenth beyond what the offer cost for long, and not within it', () => {
    const timeline = new PriceTimeline();
    for (const [day, priceMinor] of [
      [0, 2000],
      [20, 600],
      [27, 2000],
      [90, 2000],
    ] as const)
      timeline.append(day * 86_400_000, { priceMinor, availability: 0 });
    const told = (priceMinor: number) =>
      new KnownPrices(new Map([['EUR', timeline]])).strangeness('EUR', priceMinor);
    expect([600, 540, 539].map(told)).toEqual([undefined, undefined, 'below']);
    const range = new KnownPrices(new Map([['EUR', timeline]])).range('EUR')!;
    expect([range.isFarBelow(539), range.isFarBelow(239)]).toEqual([false, true]);
    timeline.append(100 * 86_400_000, { priceMinor: 600, availability: 0 });
    expect([2200, 2201].map(told)).toEqual([undefined, 'above']);
  });

  it('of a doubtful fetch wait where they lead a tenth beyond all that is known', () => {
    const doubtful = { isDoubtful: () => true };
    for (const [priceMinor, waits] of [
      [719, 1],
      [720, 0],
      [1100, 0],
      [1101, 1],
    ] as const)
      expect(siftReadings([reading(1, priceMinor)], known(doubtful)).held).toHaveLength(waits);
    const { held } = siftReadings([reading(1, 600)], known(doubtful));
    expect(pricesOf(siftReadings([reading(2, 610)], known({ ...doubtful, held })).accepted)).toEqual([
      600, 610,
    ]);
  });

  it('wait from the second one on, and the third tells which of them is right', () => {
    const first = { prices: pricesSoFar(1) };
    const second = siftReadings([reading(1, 80)], known(first));
    expect(second.held).toHaveLength(1);
    expect(
      pricesOf(siftReadings([reading(2, 800)], known({ ...first, held: second.held })).accepted),
    ).toEqual([800]);
    expect(pricesOf(siftReadings([reading(2, 80)], known({ ...first, held: second.held })).accepted)).toEqual(
      [80, 80],
    );
  });

  it('that wait are stored with their own time when the next one agrees, told by the one that confirmed them', () => {
    const { held } = siftReadings([reading(1, 5)], known());
    const second = reading(2, 5);
    const { accepted, released } = siftReadings([second], known({ held }));
    expect(accepted).toMatchObject([
      { offer: reading(1, 5).offer, isConfirmed: true, toldWith: second.message },
      { offer: second.offer, isConfirmed: true },
    ]);
    expect(accepted[0]!.place).toBeLessThan(second.place);
    expect(heldOf(released)).toEqual([5]);
  });

  it('stay out of the history when the next one tells otherwise', () => {
    const { held } = siftReadings([reading(1, 5)], known());
    const sifted = siftReadings([reading(2, 900)], known({ held }));
    expect(pricesOf(sifted.accepted)).toEqual([900]);
    expect(heldOf(sifted.contradicted)).toEqual([5]);
  });

  it('that jump at random confirm nothing and contradict each other', () => {
    const jumps = [5, 90_000, 17, 44_000, 1].map((price, hour) => reading(hour, price));
    const sifted = siftReadings([...jumps, reading(9, 900)], known());
    expect(pricesOf(sifted.accepted)).toEqual([900]);
    expect(heldOf(sifted.contradicted)).toEqual([5, 90_000, 17, 44_000, 1]);
  });

  it('of one fetch do not confirm each other', () => {
    const { accepted, held } = siftReadings([reading(1, 5, 'one'), reading(2, 5, 'one')], known());
    expect([pricesOf(accepted), held.length]).toEqual([[], 2]);
  });

  it('wait for more readings where the source is doubtful', () => {
    const doubtful = { readingsNeeded: () => 3 };
    const { held } = siftReadings([reading(1, 5), reading(2, 5)], known(doubtful));
    expect(held).toHaveLength(2);
    expect(pricesOf(siftReadings([reading(3, 5)], known({ ...doubtful, held })).accepted)).toEqual([5, 5, 5]);
  });

  it('of a free product have to agree for a day, and so have those of a source that looks broken: outages are shorter', () => {
    for (const [priceMinor, readingsNeeded] of [
      [0, 2],
      [5, 5],
    ] as const) {
      const state = { readingsNeeded: () => readingsNeeded };
      const hours = Array.from({ length: 24 }, (_, hour) => reading(hour, priceMinor));
      const { accepted, held } = siftReadings(hours, known(state));
      expect([accepted.length, held.length]).toEqual([0, 24]);
      expect(siftReadings([reading(24, priceMinor)], known({ ...state, held })).accepted).toHaveLength(25);
      expect(siftReadings([reading(24, 900)], known({ ...state, held })).contradicted).toHaveLength(24);
    }
  });

  it('in another currency wait until another one agrees, and then the offer has changed to it', () => {
    const state = known();
    const dollars = (hour: number, priceMinor = 950) => reading(hour, priceMinor, undefined, 'USD');
    const flapping = siftReadings([dollars(1), reading(2, 900), dollars(3), reading(4, 900)], state);
    expect(pricesOf(flapping.accepted)).toEqual([900, 900]);
    expect(heldOf(flapping.contradicted)).toEqual([950, 950]);
    const { accepted } = siftReadings([dollars(5), dollars(6), dollars(7), reading(8, 900)], state);
    expect(accepted.map(({ offer }) => offer.currency)).toEqual(['USD', 'USD', 'USD', 'EUR']);
    expect(siftReadings([dollars(9, 95)], state).held).toHaveLength(1);
  });

  it('for a time that has one waiting are passed over, or conflict with it', () => {
    const { held } = siftReadings([reading(1, 5)], known());
    expect(siftReadings([reading(1, 5)], known({ held }))).toMatchObject({
      accepted: [],
      held: [],
      conflicts: [],
    });
    expect(siftReadings([reading(1, 6)], known({ held })).conflicts).toHaveLength(1);
  });

  it('that another fetch tells again, with the time that the source states, are confirmed by it', () => {
    const { held } = siftReadings([stated(1, 5, 2)], known());
    expect(siftReadings([stated(1, 5, 2)], known({ held })).accepted).toEqual([]);
    const again = siftReadings([stated(1, 5, 3)], known({ held }));
    expect(again.accepted).toMatchObject([{ atMs: reading(1, 5).atMs, isConfirmed: true, isLate: false }]);
    expect([heldOf(again.released), again.retold]).toEqual([[5], []]);
    const free = siftReadings([stated(1, 0, 2)], known()).held;
    for (const hour of [3, 9, 25]) {
      const { accepted, retold } = siftReadings([stated(1, 0, hour)], known({ held: free }));
      expect([accepted.length, retold.length]).toEqual([0, 1]);
    }
    expect(siftReadings([stated(1, 0, 26)], known({ held: free })).accepted).toHaveLength(1);
  });

  it('are confirmed by no other part of what was fetched at once', () => {
    const row = (hour: number, page: string) => stated(hour, 5, 2, { fetchId: page });
    const { accepted, held } = siftReadings([row(1, 'first'), row(1, 'second'), row(2, 'third')], known());
    expect([accepted, held.length]).toEqual([[], 2]);
  });

  it('are not confirmed by a source that passes on what it saw before, until it has looked again', () => {
    const secondHand = { policy: { secondHand: true } };
    const told = (hour: number, collectedHour: number) => stated(hour, 5, collectedHour, secondHand);
    const { held } = siftReadings([told(1, 2)], known());
    expect(siftReadings([told(1, 3)], known({ held }))).toMatchObject({ accepted: [], retold: [] });
    expect(siftReadings([told(4, 5)], known({ held })).accepted).toHaveLength(2);
  });

  it('are contradicted by a plausible price that another fetch tells for the same time', () => {
    const { held } = siftReadings([stated(1, 5, 2)], known());
    const sifted = siftReadings([stated(1, 900, 3), stated(1, 5, 4)], known({ held }));
    expect([pricesOf(sifted.accepted), heldOf(sifted.contradicted)]).toEqual([[900], [5]]);
    expect([sifted.held, sifted.conflicts]).toEqual([[], []]);
    expect(siftReadings([stated(1, 900, 2)], known({ held })).conflicts).toHaveLength(1);
    expect(siftReadings([stated(1, 6, 3)], known({ held })).conflicts).toHaveLength(1);
  });

  it('make way for a price that nobody doubts, for the same time', () => {
    for (const [priceMinor, outcome] of [
      [5, 'released'],
      [6, 'contradicted'],
    ] as const) {
      const { held } = siftReadings([reading(1, 5)], known());
      const imported = known({ held, mustConfirm: ({ place }) => place !== 1 });
      const sifted = siftReadings([reading(1, priceMinor), reading(2, 900)], imported);
      expect([pricesOf(sifted.accepted), heldOf(sifted[outcome])]).toEqual([[priceMinor, 900], [5]]);
    }
  });

  it('that are posted again are no other reading', () => {
    const { held } = siftReadings([reading(1, 5, 'one')], known());
    expect(siftReadings([reading(1, 5, 'another')], known({ held }))).toMatchObject({
      ...{ accepted: [], retold: [], held: [] },
    });
  });

  it('that were contradicted stay out, however often they are told', () => {
    const refuted = [reading(1, 5)];
    const told = siftReadings([{ ...reading(1, 5), isLate: true }, reading(3, 900)], known({ refuted }));
    expect([pricesOf(told.accepted), told.held]).toEqual([[900], []]);
    const within = siftReadings([reading(1, 5), reading(2, 900), reading(1, 5)], known());
    expect([pricesOf(within.accepted), within.held.length]).toEqual([[900], 1]);
    const corrected = siftReadings([reading(1, 6)], known({ refuted, newestMs: reading(2, 900).atMs }));
    expect(pricesOf(corrected.accepted)).toEqual([6]);
    const imported = { refuted, mustConfirm: () => false };
    expect(pricesOf(siftReadings([reading(1, 5)], known(imported)).accepted)).toEqual([5]);
  });

  it('of one fetch, the newest first, do not pass as late prices', () => {
    const newestMs = reading(0, 900).atMs;
    const older = { ...reading(1, 5, 'one'), isLate: true };
    const { accepted, held } = siftReadings([reading(2, 5, 'one'), older], known({ newestMs }));
    expect([accepted, held.length]).toEqual([[], 2]);
    const late = { ...reading(1, 900, 'two'), isLate: true };
    const between = siftReadings([reading(2, 5), late, reading(3, 950)], known({ newestMs }));
    expect(between.accepted.map(({ atMs, isLate }) => [atMs, isLate])).toEqual([
      [late.atMs, false],
      [reading(3, 950).atMs, false],
    ]);
  });

  it('that are older than an accepted one stay late, whatever is confirmed beside them', () => {
    const { held } = siftReadings([reading(5, 5)], known());
    const late = { ...reading(1, 17), isLate: true };
    const state = known({ held, newestMs: reading(2, 900).atMs });
    const { accepted } = siftReadings([late, reading(6, 5)], state);
    expect(accepted.map(({ offer, isLate }) => [offer.priceMinor, isLate])).toEqual([
      [17, true],
      [5, false],
      [5, false],
    ]);
  });

  it('never get lost: each is stored, waits, or is contradicted, and what is stored is in the order of time', () => {
    const prices = fc.array(fc.constantFrom(5, 5, 900, 950, 40_000, 41_000, 7), { maxLength: 12 });
    fc.assert(
      fc.property(prices, fc.integer({ min: 1, max: 4 }), (told, batchSize) => {
        const readings = told.map((price, hour) => reading(hour, price));
        const state = known();
        const [stored, contradicted] = [[] as number[], [] as number[]];
        let held: HeldPrice[] = [];
        for (let from = 0; from < readings.length; from += batchSize) {
          const sifted = siftReadings(readings.slice(from, from + batchSize), { ...state, held });
          stored.push(...sifted.accepted.map(({ atMs }) => atMs));
          contradicted.push(...sifted.contradicted.map((one) => one.held.price.atMs));
          const ended = [...sifted.released, ...sifted.contradicted].map((one) => one.held.price.atMs);
          held = [...held, ...sifted.held].filter(({ price }) => !ended.includes(price.atMs));
        }
        const all = [...stored, ...contradicted, ...held.map(({ price }) => price.atMs)];
        expect(all.toSorted((a, b) => a - b)).toEqual(readings.map(({ atMs }) => atMs));
        expect(stored).toEqual(stored.toSorted((a, b) => a - b));
      }),
    );
  });
});
