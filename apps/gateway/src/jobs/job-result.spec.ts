import type { JobItem } from '@souk/contracts';
import { CSV_HEADER, csvRowOf, resultOf } from './job-result.ts';

const item = (change: Partial<JobItem> = {}): JobItem => ({
  line: 3,
  source: 'shop',
  product: 'p',
  state: 'found',
  credits: 1,
  productId: '00000000-0000-5000-8000-000000000000',
  fetchedAt: '2026-01-01T00:00:00.000Z',
  observations: [
    {
      product: 'p',
      title: 'A, "B"\nC',
      priceMinor: 1_499,
      currency: 'JPY',
      shippingMinor: 0,
      observedAt: '2026-01-01T00:00:00.000Z',
    },
  ],
  attribution: null,
  problem: null,
  ...change,
});
const cells = (change: Partial<JobItem>): Record<string, string> => {
  const row = csvRowOf(resultOf(item(change))).split(',');
  return Object.fromEntries(CSV_HEADER.split(',').map((name, index) => [name, row[index]!]));
};

describe('a result as a row', () => {
  it('quotes what a comma, a quote or a line break would tear apart', () => {
    expect(csvRowOf(resultOf(item()))).toContain('"A, ""B""\nC"');
  });

  it('has as many cells as the header has names, also without a result', () => {
    const failed = { state: 'failed', observations: null, credits: 0 } as const;
    const row = cells({ ...failed, problem: { reason: 'not-found', detail: 'no such product' } });
    expect(row).toMatchObject({ line: '3', price: '', offers: '0', reason: 'not-found', attribution: '' });
  });

  it('writes amounts as the currency has them, and 0 as an amount', () => {
    const observations = [{ ...item().observations![0]!, title: 'x' }];
    expect(cells({ observations })).toMatchObject({
      price: '1499',
      currency: 'JPY',
      shipping: '0',
      list_price: '',
    });
  });

  it.each(['=1+1', '+1', '-1', '@x'])('makes no formula of the title %s', (title) => {
    const observations = [{ ...item().observations![0]!, title }];
    expect(cells({ observations }).title).toBe(`'${title}`);
  });
});
