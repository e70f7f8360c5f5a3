import { DAY_MS, measureDeal } from './deal-measures.ts';
import { dealFactors } from './deal-score.ts';
import { PriceTimeline } from './price-timeline.ts';
import { RUNS_READ } from './prices-before.ts';

type Point = [day: number, priceMinor: number];

const timelineOf = (...points: Point[]): PriceTimeline => {
  const timeline = new PriceTimeline();
  for (const [day, priceMinor] of points) timeline.append(day * DAY_MS, { priceMinor, availability: 1 });
  return timeline;
};
/** What each factor says of the newest price. */
const told = (...points: Point[]): Record<string, string> =>
  Object.fromEntries(
    dealFactors(measureDeal(timelineOf(...points)), 'EUR').map(({ name, why }) => [name, why]),
  );
/** A price every day, the last one on the last day. */
const daily = (days: number, priceOf: (day: number) => number): Point[] =>
  Array.from({ length: days }, (_, day) => [day, Math.round(priceOf(day))]);

const TODAYS = /^In today’s money \(by its own trend\), /;

describe('what factors say of a price that rises by 2 % a month for two years and falls by 10 %', () => {
  const rising = daily(730, (day) => 10_000 * 1.02 ** Math.floor(day / 30));
  const why = told(...rising, [730, Math.round(rising.at(-1)![1] * 0.9)]);

  it('names today’s money wherever shares and amounts are not as prices were told', () => {
    for (const name of ['percentile', 'allTimeLow', 'lasting', 'rarity', 'season'])
      expect([name, why[name]]).toEqual([name, expect.stringMatching(TODAYS)]);
    for (const name of ['ninetyDayLow', 'realDiscount', 'priorPrice', 'trend'])
      expect([name, why[name]]).toEqual([name, expect.not.stringMatching(TODAYS)]);
    expect(why['percentile']).toBe(
      'In today’s money (by its own trend), 144.76 EUR is lower than the price was during 100 % of the last 365 days.',
    );
  });

  it('tells the lows beside it as they were told then', () => {
    expect(why['allTimeLow']).toBe(
      'In today’s money (by its own trend), 144.76 EUR is the lowest price ever seen. As prices were told, the lowest was 100.00 EUR.',
    );
    expect(why['season']).toMatch(
      /^In today’s money \(by its own trend\), .* a year ago, \S+ EUR\. As it was told then, it was 126\.82 EUR\.$/,
    );
  });
});

describe('what factors say of a price that does not rise', () => {
  it('never names today’s money', () => {
    const why = told(...daily(500, (day) => (day % 50 < 5 ? 800 : 1000)));
    for (const sentence of Object.values(why)) expect(sentence).not.toMatch(/today’s money/);
  });
});

it('never denies a difference that is too small for a tenth of a percent', () => {
  const { realDiscount } = told(...daily(100, () => 250_000), [100, 249_900]);
  expect(realDiscount).toMatch(/^2499.00 EUR is less than 0.1 % below the time-weighted median/);
  const same = told(...daily(100, (day) => (day === 50 ? 200_000 : 250_000)), [100, 250_000]);
  expect(same['realDiscount']).toMatch(/^2500.00 EUR is no less than the time-weighted median/);
});

describe('what is told of a trend', () => {
  const alternating = (length: number) =>
    daily(length, (day) => (Math.floor(day / 7) % 2 === 0 ? 600 : 1000));

  it('is that none can be told where what is usual in one half of the time was asked in the other, too', () => {
    expect(told(...alternating(70))['trend']).toBe(
      'No trend can be told: the usual prices of the two halves of the last 69 days differ, but for a third or more of one half the price was at the usual price of the other, or beyond it.',
    );
    const { value } = dealFactors(measureDeal(timelineOf(...alternating(70))), 'EUR').find(
      ({ name }) => name === 'trend',
    )!;
    expect(value).toBe(50);
  });

  it('is that there is none where the price stays what it is', () => {
    expect(told(...daily(70, () => 1000))['trend']).toBe('The usual price neither rises nor falls.');
  });
});

it('says of a stock that nobody has looked at for long when that was', () => {
  const stock = (isLongUnseen: boolean) =>
    dealFactors(measureDeal(timelineOf([0, 1000]), { isLongUnseen }), 'EUR').find(
      ({ name }) => name === 'availability',
    )!.why;
  expect([stock(false), stock(true)]).toEqual(['It is in stock.', 'It was in stock when last seen.']);
});

it('does not deny that other sources told prices, which may not be comparable', () => {
  expect(told([0, 1000])['market']).toBe(
    'No other source of the same item told a comparable price (in the same currency and condition, in stock, within 14 days).',
  );
});

describe('what a price is reduced from', () => {
  const priorPrice = (...points: Point[]) => told(...points)['priorPrice'];

  it('is told with the fall that it was the lowest price before', () => {
    expect(priorPrice([0, 10_000], [75, 6_000], [100, 5_900])).toBe(
      '59.00 EUR is 41 % below the lowest price of the 30 days before the price fell 25 days ago, 100.00 EUR.',
    );
    expect(priorPrice([0, 1000], [99, 900], [100, 800])).toContain(
      'before the price fell 1 day ago, 10.00 EUR.',
    );
    expect(priorPrice([0, 1000], [99.9, 900], [100, 800])).toContain(
      'before the price fell less than a day ago, 10.00 EUR.',
    );
  });

  it('is the lowest price of the days before it where that is as dear', () => {
    const before = (price: string) => expect.stringContaining(`of the 30 days before it, ${price} EUR.`);
    expect(priorPrice([0, 1000], [100, 800])).toEqual(before('10.00'));
    expect(priorPrice([0, 1000], [40, 600], [100, 590])).toEqual(before('6.00'));
    expect(priorPrice([0, 500], [60, 1000], [80, 900], [100, 800])).toEqual(before('9.00'));
    expect(priorPrice([0, 1000], [80, 600], [100, 700])).toEqual(before('6.00'));
  });
});

describe('what is told of prices as good', () => {
  const LEFT_OUT = 'Left out is what neither a lower price nor 60 days have followed yet.';
  const NO_FALL = 'No fall by more than 2 % at once can be told yet.';

  it('is how often they came, how often they and falls to any level were undercut, and what is left out', () => {
    const why = told([0, 1000], [40, 500], [50, 1000], [130, 450], [140, 1000], [210, 500]);
    expect(why['lasting']).toBe(
      `The price was 5.10 EUR or less twice in the last 210 days and once went more than 3.9 % below that, then or within 60 days. It fell by more than 2 % twice (steps within two days are one fall) and never went more than 2 % lower still within 60 days. ${LEFT_OUT}`,
    );
    expect(why['rarity']).toBe(
      'The price was as good as this, within 2 %, during 9.5 % of the last 210 days.',
    );
    const undercut = told([0, 1000], [10, 500], [20, 1000], [70, 400], [80, 1000], [95, 500]);
    expect(undercut['lasting']).toBe(
      `The price was 10.00 EUR or less once in the last 95 days and once went more than 3.9 % below that, then or within 60 days. It fell by more than 2 % once (steps within two days are one fall) and once went more than 2 % lower still within 60 days. ${LEFT_OUT}`,
    );
  });

  it('counts no falls where it fell a little each day, and says so', () => {
    const why = told(...daily(360, (day) => 100_000 * 0.97 ** (day / 30)));
    expect(why['lasting']).toMatch(
      /^The price was \d+\.\d\d EUR or less in the last 359 days, but that tells nothing yet\. /,
    );
    expect(why['lasting']).toContain(`${NO_FALL} ${LEFT_OUT}`);
    expect(why['rarity']).toMatch(/during 5\.\d %/);
  });

  it('does not deny prices as good that rarity tells of', () => {
    const why = told(...daily(200, (day) => 1000 + day), [200, 1300]);
    expect(why['rarity']).toContain('within 2 %, during 100 %');
    expect(why['lasting']).toBe(
      `The price was 13.26 EUR or less once in the last 200 days and once went more than 3.9 % below that, then or within 60 days. ${NO_FALL} ${LEFT_OUT}`,
    );
    const none = told(...daily(200, () => 1000), [200, 800]);
    expect(none['rarity']).toContain('within 2 %, during 0 %');
    expect(none['lasting']).toBe(
      `No price in the last 200 days was as good as this within 2 %. ${NO_FALL} ${LEFT_OUT}`,
    );
  });

  it('says where no price differed, which is not that none ever will', () => {
    const dearer = told(...daily(400, (day) => (day === 0 ? 500 : 1000)), [400, 1100]);
    expect(dearer['lasting']).toBe(
      'The price stayed the same for the last 365 days and is no lower now, so nothing tells whether it will be undercut.',
    );
    expect(dearer['rarity']).toBe(
      'The price stayed the same for the last 365 days and is no lower now, so it is not rare.',
    );
    expect(dearer['ninetyDayLow']).toBe(
      '10.00 EUR was the only price of the last 90 days before this one, so a low says nothing.',
    );
    const first = told([0, 1000]);
    expect([first['percentile'], first['lasting'], first['rarity']]).toEqual(
      Array<string>(3).fill('This is the first observation, so there is no past to compare with.'),
    );
    expect(first['allTimeLow']).toBe('10.00 EUR was the only price ever seen, so a low says nothing.');
  });
});

it('says how long the time is that a price is compared with', () => {
  const hourly = Array.from({ length: 24 * 200 }, (_, hour): Point => [hour / 24, 10_000 + (hour % 7) * 100]);
  expect(told(...hourly)['percentile']).toContain(` of the last ${Math.round(RUNS_READ / 24)} days.`);
  const short = told([0, 1000], [10, 800], [20, 1000], [40, 900]);
  expect(short['percentile']).toContain(' of the last 40 days.');
  expect(short['ninetyDayLow']).toBe(
    '9.00 EUR is 12.5 % above the lowest price of the last 40 days, 8.00 EUR.',
  );
  expect(short['realDiscount']).toContain('the time-weighted median of the last 40 days, 10.00 EUR.');
  const long = told([0, 700], [10, 800], [20, 1000], [400, 900]);
  expect([long['ninetyDayLow'], long['realDiscount'], long['percentile']]).toEqual([
    '9.00 EUR is the lowest price of the last 90 days.',
    '9.00 EUR is 10 % below the time-weighted median of the last 90 days, 10.00 EUR.',
    '9.00 EUR is lower than the price was during 100 % of the last 365 days.',
  ]);
});
