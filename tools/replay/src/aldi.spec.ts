import { aldiRows, isAldiPriceFile } from './aldi.ts';
import type { HistoryRow } from './history-row.ts';

const header = 'brand,name,weight,price\n';
const deli = `${header}ACME,"Ham, sliced",1 lb,$4.25\n,Salmon Side,2 lb,$17.38\nACME,"Ham, sliced",1 lb,$4.25\nACME,Brie,8 oz,\n`;
const snacks = `${header}ACME,"Ham, sliced",1 lb,$4.25\nACME,"Ham, sliced",1 lb,$3.99\nACME,,8 oz,$1.00\nACME,Nuts,8 oz,dear\nACME,Nuts\n`;

const day = (): HistoryRow[] => [
  ...aldiRows('20251009', [
    { name: '20251009/deli.csv', text: deli },
    { name: '20251009/snacks.csv', text: snacks },
  ]),
];

describe('a day of Aldi price files', () => {
  it('gives each product once, with the category of its first file', () => {
    const observations = day().flatMap((row) => ('observation' in row ? [row.observation] : []));
    expect(observations).toEqual([
      {
        source: 'aldi-us',
        product: expect.stringMatching(/^acme-ham-sliced-1-lb-[\da-f]{12}$/),
        price: '4.25',
        currency: 'USD',
        observedAt: '2025-10-09T00:00:00Z',
        title: 'Ham, sliced',
        category: ['deli'],
        brand: 'ACME',
        attributes: { weight: '1 lb' },
      },
      expect.objectContaining({ title: 'Salmon Side', price: '17.38' }),
    ]);
    expect(observations[1]).not.toHaveProperty('brand');
  });

  it('names the line and the reason of every row that is not posted', () => {
    expect(day().filter((row) => 'skipped' in row)).toEqual([
      { at: '20251009/deli.csv:4', skipped: 'duplicate', detail: 'of 20251009/deli.csv:2' },
      { at: '20251009/deli.csv:5', skipped: 'no price' },
      { at: '20251009/snacks.csv:2', skipped: 'duplicate', detail: 'of 20251009/deli.csv:2' },
      {
        at: '20251009/snacks.csv:3',
        skipped: 'duplicate with another price',
        detail: '$3.99 here, 4.25 at 20251009/deli.csv:2',
      },
      { at: '20251009/snacks.csv:4', skipped: 'no name' },
      { at: '20251009/snacks.csv:5', skipped: 'unreadable price', detail: '"dear" contains no number' },
      { at: '20251009/snacks.csv:6', skipped: 'unreadable row', detail: '2 fields, not 4' },
    ]);
  });

  it('gives a product the same code on every day, and two products two codes', () => {
    const codes = (date: string, text: string): string[] =>
      [...aldiRows(date, [{ name: 'deli.csv', text: header + text }])].flatMap((row) =>
        'observation' in row ? [row.observation.product] : [],
      );
    expect(codes('20251009', 'ACME,Ham,1 lb,$4.25\n')).toEqual(codes('20251010', 'ACME,Ham,1 lb,$9.99\n'));
    expect(
      new Set(codes('20251009', 'ACME,Ham 5,1 lb,$4.25\nACME,Ham,5 1 lb,$4.25\nACME,Häm 5,1 lb,$4.25\n'))
        .size,
    ).toBe(3);
  });

  it('is made of price files only', () => {
    expect(
      ['deli.csv', 'deli_nutrition.csv', 'price_anomalies_20251120.csv', 'notes.txt'].filter(isAldiPriceFile),
    ).toEqual(['deli.csv']);
    expect(() => [...aldiRows('20251009', [{ name: 'x.csv', text: 'name,price\n' }])]).toThrow(
      /x\.csv has the columns/,
    );
  });
});
