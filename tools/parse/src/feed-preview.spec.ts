import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { feedPreview } from './feed-preview.ts';

describe('the preview of a feed', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const dir = mkdtempSync(join(tmpdir(), 'souk-feed-'));
  const file = join(dir, 'feed.csv');
  afterAll(() => rmSync(dir, { recursive: true }));

  it('reads the first rows by what the columns propose, and names what is wrong with its line', async () => {
    writeFileSync(file, 'sku;title;price\nA1;Kettle;12,50 EUR\nA2;Pan;soon\n');
    const preview = await feedPreview(file, undefined, now);
    expect(preview.layout).toMatchObject({ format: 'csv', delimiter: ';', hasHeader: true });
    expect(preview.items).toMatchObject([
      { line: 2, posted: { product: 'A1', price: '12.50', currency: 'EUR' } },
      { line: 3, problem: { field: 'price' } },
    ]);
  });

  it('reads them by the settings that are given, and says which one is not valid', async () => {
    writeFileSync(file, 'a,b\nA1,12.50\n');
    const settings = { columns: { product: 'a', price: 'b' }, defaultCurrency: 'USD' };
    const { items } = await feedPreview(file, JSON.stringify(settings), now);
    expect(items).toMatchObject([{ posted: { product: 'A1', price: '12.50', currency: 'USD' } }]);
    await expect(feedPreview(file, '{"delimiter":";;"}', now)).rejects.toThrow(/--settings delimiter:/);
  });
});
