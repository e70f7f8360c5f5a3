import type { HistoryRow } from './history-row.ts';
import { pcpartsRows } from './pcparts.ts';

const rowsOf = (category: string, parts: unknown): HistoryRow[] => [
  ...pcpartsRows('2023-07-05', { name: `2023-07-05_b1d05f6/${category}.json`, text: JSON.stringify(parts) }),
];
const codeOf = (category: string, part: Record<string, unknown>): string => {
  const [row] = rowsOf(category, [part]);
  if (!row || !('observation' in row)) throw new Error('not posted');
  return row.observation.product;
};

describe('a snapshot of PC parts', () => {
  it('gives a part with its specs as attributes', () => {
    expect(
      rowsOf('memory', [
        {
          name: 'Vengeance 32 GB',
          price: 94.99,
          speed: [5, 6000],
          color: null,
          cas_latency: 36,
          price_per_gb: 2.968,
        },
      ]),
    ).toEqual([
      {
        at: '2023-07-05_b1d05f6/memory.json:1',
        observation: {
          source: 'pcpartpicker',
          product: expect.stringMatching(/^memory-vengeance-32-gb-cas-latency-36-speed-5-6000-[\da-f]{12}$/),
          price: '94.99',
          currency: 'USD',
          observedAt: '2023-07-05T00:00:00Z',
          title: 'Vengeance 32 GB',
          category: ['memory'],
          attributes: { speed: '5, 6000', cas_latency: 36 },
        },
      },
    ]);
  });

  it.each([
    ['a price per gigabyte that follows the price', 'memory', { price_per_gb: 2.1 }, { price_per_gb: 3 }],
    [
      'bays that became a volume',
      'case',
      { psu: '500', external_525_bays: 2 },
      { psu: 500, external_volume: 48.6 },
    ],
    [
      'a field that came and one that went',
      'cpu',
      { smt: true, tdp: 65 },
      { microarchitecture: 'Zen 5', tdp: 65 },
    ],
    ['another case of names and values', 'mouse', { Color: 'Black' }, { color: 'BLACK' }],
    ['an empty field that is left out', 'mouse', { color: 'Black', max_dpi: null }, { color: 'Black' }],
    [
      'another order of the fields',
      'mouse',
      { color: 'Black', max_dpi: 800 },
      { max_dpi: 800, color: 'Black' },
    ],
  ])('keeps the code of a part over %s', (_, category, before, after) => {
    const part = { name: 'Thing', price: 10 };
    expect(codeOf(category, { ...part, ...after })).toBe(codeOf(category, { ...part, ...before }));
  });

  it('tells parts apart by category, name and specs', () => {
    const codes = [
      codeOf('mouse', { name: 'A', price: 1, color: 'Black' }),
      codeOf('mouse', { name: 'A', price: 1, color: 'White' }),
      codeOf('mouse', { name: 'B', price: 1, color: 'Black' }),
      codeOf('case', { name: 'A', price: 1, color: 'Black' }),
    ];
    expect(new Set(codes).size).toBe(4);
  });

  it('names the item and the reason of every part that is not posted', () => {
    const rows = rowsOf('os', [
      { name: 'W', price: 1 },
      { name: 'W', price: null },
      { name: 'W', price: 1 },
      { name: 'W', price: 2 },
      { price: 1 },
      null,
      { name: 'V', price: 1.005 },
    ]);
    expect(rows.slice(1)).toEqual([
      { at: '2023-07-05_b1d05f6/os.json:2', skipped: 'no price' },
      { at: '2023-07-05_b1d05f6/os.json:3', skipped: 'duplicate', detail: 'of 2023-07-05_b1d05f6/os.json:1' },
      {
        at: '2023-07-05_b1d05f6/os.json:4',
        skipped: 'duplicate with another price',
        detail: '2.00 here, 1.00 at 2023-07-05_b1d05f6/os.json:1',
      },
      { at: '2023-07-05_b1d05f6/os.json:5', skipped: 'no name' },
      { at: '2023-07-05_b1d05f6/os.json:6', skipped: 'no name' },
      {
        at: '2023-07-05_b1d05f6/os.json:7',
        skipped: 'unreadable price',
        detail: expect.stringContaining('1.005'),
      },
    ]);
    expect(() => rowsOf('os', {})).toThrow(/no JSON array/);
  });
});
