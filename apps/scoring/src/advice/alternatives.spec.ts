import { alternativesTo, type Candidate } from './alternatives.ts';

const candidate = (title: string, changes: Partial<Candidate> = {}): Candidate => ({
  productId: '605b76b4-8e84-5173-915e-ea4a402e6713',
  source: 'shop',
  product: title,
  title,
  priceMinor: 900,
  score: 60,
  by: 'category',
  ...changes,
});
const product = { title: 'Acme Coffee Grinder 200 W', priceMinor: 1000 };
const titles = (candidates: Candidate[]) => alternativesTo(product, candidates).map(({ title }) => title);

describe('alternatives', () => {
  it('are like by their title, and the best deal comes first', () => {
    const found = alternativesTo(product, [
      candidate('Coffee Grinder 150 W', { score: 55 }),
      candidate('Bolt Coffee Grinder', { score: 80 }),
      candidate('Tea pot of glass', { score: 99 }),
    ]);
    expect(found.map(({ title }) => title)).toEqual(['Bolt Coffee Grinder', 'Coffee Grinder 150 W']);
    expect(found[0]).toMatchObject({
      likeness: 0.33,
      why: 'Of the same category, 33 % of the words of both titles are the same.',
    });
  });

  it('are no dearer than twice the price, cheaper ones first where no score tells them apart', () => {
    expect(
      titles([
        candidate('Coffee Grinder A', { score: null, priceMinor: 950 }),
        candidate('Coffee Grinder B', { score: null, priceMinor: 800 }),
        candidate('Coffee Grinder C', { priceMinor: 2001 }),
      ]),
    ).toEqual(['Coffee Grinder B', 'Coffee Grinder A']);
  });

  it('are five at most, and none for a product without a title', () => {
    expect(
      titles(Array.from({ length: 9 }, (_, index) => candidate(`Coffee Grinder ${index}`))),
    ).toHaveLength(5);
    expect(alternativesTo({ title: null, priceMinor: 1 }, [candidate('x')])).toEqual([]);
  });
});
