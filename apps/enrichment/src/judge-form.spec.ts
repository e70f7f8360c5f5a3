import type { CollectedObservation } from '@souk/contracts';
import { formJudge, isStorable, storable, unreadable } from './judge-form.ts';

const collectedAt = '2026-03-01T12:00:00.000Z';
const observation: CollectedObservation = {
  product: '730',
  priceMinor: 1499,
  currency: 'USD',
  observedAt: '2026-03-01T11:59:00.000Z',
};
const judge = (changes: Partial<CollectedObservation>, source = 'steam', adapterVersion?: string) =>
  formJudge({ source, collectedAt, adapterVersion })({ ...observation, ...changes });

describe('judging the form', () => {
  it('lets an ordinary observation pass', () => {
    expect(judge({})).toBeUndefined();
  });

  it.each([
    ['2026-03-01T12:10:00.000Z', undefined],
    ['2026-03-01T12:10:00.001Z', 'future'],
    ['2099-01-01T00:00:00.000Z', 'future'],
    ['1999-01-01T00:00:00.000Z', undefined],
    ['1969-12-31T23:59:59.999Z', 'malformed'],
    ['0000-01-01T00:00:00.000Z', 'malformed'],
  ])(
    'allows clocks to run ten minutes ahead, and no time before there were shops: %s gives %s',
    (observedAt, reason) => {
      expect(judge({ observedAt })?.reason).toBe(reason);
    },
  );

  it('sets a currency apart that does not exist', () => {
    expect(judge({ currency: 'XYZ' })).toMatchObject({ reason: 'malformed', field: 'currency' });
  });

  it('sets a wrong GTIN apart and names the field', () => {
    expect(judge({ gtin: '4006381333931' })).toBeUndefined();
    expect(judge({ gtin: '4006381333932' })).toMatchObject({ reason: 'identifier', field: 'gtin' });
  });

  it.each([
    ['amazon-in', 'B07JW9H4J1', undefined],
    ['amazon-in', '0306406152', undefined],
    ['amazon-in', '0306406153', 'identifier'],
    ['amazon-in', 'SHOPTOSHOP', 'identifier'],
    ['amazon-in', 'b07jw9h4j1', 'identifier'],
    ['amazon-in', 'MY-OWN-SKU-1', undefined],
    ['steam', 'SHOPTOSHOP', undefined],
  ])('judges codes that look like ASINs at Amazon only: %s %s gives %s', (source, product, reason) => {
    expect(judge({ product }, source)?.reason).toBe(reason);
  });

  it.each([
    ['books', 'amazon-creators/1', 'identifier'],
    ['books', 'keepa/1', 'identifier'],
    ['amazon-in', 'page/1', undefined],
    ['amazon-tools', undefined, undefined],
  ])(
    'goes by who read a fetched price, not by how its source is called: %s %s',
    (source, adapter, reason) => {
      expect(judge({ product: 'SHOPTOSHOP' }, source, adapter)?.reason).toBe(reason);
    },
  );

  it('sets apart texts that no database can keep, in a form that it can', () => {
    const found = [judge({ product: 'a\0b' }), judge({ seller: 'half \ud83d' })];
    expect(found.map((problem) => problem?.field)).toEqual(['product', 'seller']);
    expect(storable('a\0b\ud83d', 10)).toBe('ab\ufffd');
    expect(isStorable(storable('\0\ud83d', 10))).toBe(true);
  });

  it('keeps of an unreadable item what is needed to find it again, bounded', () => {
    const item = unreadable({
      product: 'p'.repeat(999),
      field: 'price',
      problem: 'no number',
      raw: `x\0${'y'.repeat(999)}`,
    });
    expect(item).toMatchObject({
      reason: 'malformed',
      field: 'price',
      detail: expect.stringMatching(/^no number; it read xy+$/),
    });
    expect(item.product).toHaveLength(200);
    expect(item.detail.length).toBeLessThan(600);
  });
});
