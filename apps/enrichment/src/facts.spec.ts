import type { CollectedObservation } from '@souk/contracts';
import { FACTS_MAX_LENGTH, factsOf, factsProblem, learn } from './facts.ts';

const price = { product: '730', priceMinor: 1499, currency: 'USD', observedAt: '2026-03-01T00:00:00.000Z' };
const told = (facts: Partial<CollectedObservation>) => factsOf({ ...price, ...facts });

describe('facts of a listing', () => {
  it('are what an observation tells besides the price', () => {
    expect(told({ title: 'Counter', category: ['Games'], seller: 'Valve', shippingMinor: 0 }).facts).toEqual({
      title: 'Counter',
      category: ['Games'],
    });
    expect(told({}).text).toBe('{}');
  });

  it('have the same text whatever the order they were written in', () => {
    expect(told({ title: 'a', brand: 'b' }).text).toBe(told({ brand: 'b', title: 'a' }).text);
  });

  it('are taken over when newer, fill gaps when older, and are never erased by what is left out', () => {
    const first = learn(undefined, { title: 'One', brand: 'B' }, '2026-03-02T00:00:00.000Z');
    expect(first.changed).toBe(true);
    const newer = learn(first.known, { title: 'Two' }, '2026-03-03T00:00:00.000Z');
    expect(newer).toEqual({
      known: { facts: { title: 'Two', brand: 'B' }, newestAt: '2026-03-03T00:00:00.000Z' },
      changed: true,
    });
    const older = learn(newer.known, { title: 'Zero', gtin: '96385074' }, '2026-03-01T00:00:00.000Z');
    expect(older).toEqual({
      known: { facts: { title: 'Two', brand: 'B', gtin: '96385074' }, newestAt: '2026-03-03T00:00:00.000Z' },
      changed: true,
    });
  });

  it('do not count as changed when nothing new is told, in whatever order fields are kept', () => {
    const known = {
      facts: { brand: 'B', title: 'One', variant: { size: 'L', color: 'red' } },
      newestAt: price.observedAt,
    };
    const same = learn(
      known,
      { title: 'One', variant: { color: 'red', size: 'L' } },
      '2026-03-05T00:00:00.000Z',
    );
    expect(same.changed).toBe(false);
    expect(same.known.newestAt).toBe('2026-03-05T00:00:00.000Z');
  });

  it('are refused when no database can keep them, naming the field', () => {
    expect(factsProblem(told({ brand: 'a\0b' }))?.field).toBe('brand');
    expect(factsProblem(told({ title: 'half \ud83d', brand: 'ok' }))?.field).toBe('title');
    expect(
      factsProblem(told({ title: 'whole \ud83d\ude00, tab \t, the text \\u0000 and \u0001' })),
    ).toBeUndefined();
  });

  it('are refused when they are too large, naming the largest field', () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`key ${i}`, 'x'.repeat(450)]),
    );
    expect(factsProblem(told({ title: 'Big', attributes }))).toMatchObject({ field: 'attributes' });
    expect(told({ attributes }).text.length).toBeGreaterThan(FACTS_MAX_LENGTH);
  });
});
