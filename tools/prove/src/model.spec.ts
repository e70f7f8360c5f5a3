import { type Accepted, expectedOf, type ModelWatch, speaks } from './model.ts';

const drop = (percent: number): ModelWatch => ({ id: 'drop', product: 'p', dropPercent: percent });
const below = (minor: number): ModelWatch => ({ id: 'below', product: 'p', priceBelowMinor: minor });
const at = (minute: number, priceMinor: number): Accepted => ({
  account: 'operator',
  product: 'p',
  observedAt: `2024-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`,
  priceMinor,
  twist: 'none',
  wasRepeated: false,
  isOptional: false,
});
const alertsOf = (accepted: Accepted[], watch: ModelWatch): number[] =>
  [...expectedOf(accepted, [watch]).alerts.values()].map(({ priceMinor }) => priceMinor);

describe('the model', () => {
  it('takes a fall of exactly the percentage, and nothing less', () => {
    expect(speaks(drop(10), 1_000, 900)).toBe(true);
    expect(speaks(drop(10), 1_000, 901)).toBe(false);
    expect(speaks(drop(10), undefined, 1)).toBe(false);
  });

  it('speaks once for each time the price comes below', () => {
    expect(alertsOf([at(0, 100), at(1, 89), at(2, 80), at(3, 95), at(4, 70)], below(90))).toEqual([89, 70]);
    expect(speaks(below(90), 90, 89)).toBe(true);
    expect(speaks(below(90), 100, 90)).toBe(false);
  });

  it('stores what comes late and raises nothing for it, nor compares with it afterwards', () => {
    const accepted = [at(0, 100), at(2, 100), at(1, 50), at(3, 80)];
    expect(expectedOf(accepted, []).points.size).toBe(4);
    expect(alertsOf(accepted, drop(15))).toEqual([80]);
  });

  it('keeps the first of two prices for the same time', () => {
    const accepted = [at(0, 100), at(1, 70), at(1, 60), at(1, 70)];
    expect([...expectedOf(accepted, []).points.values()].map((point) => point.priceMinor)).toEqual([100, 70]);
    expect(alertsOf(accepted, drop(20))).toEqual([70]);
  });
});
