import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pageReport, pageText } from './page-report.ts';

describe('a saved page', () => {
  const dir = mkdtempSync(join(tmpdir(), 'souk-page-'));
  const file = join(dir, 'page.html');
  const report = (content: string | Buffer, options: { url?: string; selectors?: string } = {}) => {
    writeFileSync(file, content);
    return pageReport(file, options);
  };
  afterAll(() => rmSync(dir, { recursive: true }));

  it('tells each fact with the notation that it came from, in whatever charset it was saved', async () => {
    const html =
      '<meta charset=utf-8><div itemscope itemtype=https://schema.org/Product><b itemprop=name>Café</b>' +
      '<p itemprop=offers itemscope itemtype=https://schema.org/Offer><b itemprop=price>12,50 \x80</b></p></div>';
    const { page, problem } = await report(Buffer.from(html, 'latin1'));
    expect(page.facts).toMatchObject({ title: 'Café', price: '12.50', currency: 'EUR' });
    expect(page.from).toMatchObject({ price: 'microdata' });
    expect(problem).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['no text', Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7) % 256))],
  ])('of %s has no product, and says so', async (_what, content) => {
    expect((await report(content)).problem).toMatch(/^no product: .* try --selectors$/);
  });

  it('whose notations contradict each other has no price, and says so', async () => {
    const offer = (price: string): string =>
      `<script type="application/ld+json">{"@type":"Product","name":"K","offers":{"price":${price},"priceCurrency":"EUR"}}</script>`;
    const { page, problem } = await report(`${offer('5')}<meta property="product:price:amount" content="9">`);
    expect(page.disagreements).toHaveLength(1);
    expect(problem).toMatch(/contradict/);
  });

  it('leaves addresses relative where its own is not known', async () => {
    const html = `<link rel=canonical href=/kettle><script type="application/ld+json">
      {"@type":"Product","name":"K","image":"/k.png","offers":{"price":5,"priceCurrency":"EUR"}}</script>`;
    const { page } = await report(html);
    expect(JSON.parse(pageText(page))).toMatchObject({ facts: { image: '/k.png', price: '5' } });
    expect(pageText(page)).not.toContain('page.invalid');
    const there = await report(html, { url: 'https://shop.example/x' });
    expect(JSON.parse(pageText(there.page))).toMatchObject({
      facts: { image: 'https://shop.example/k.png' },
    });
  });

  it('beyond every size is refused before it is read', async () => {
    writeFileSync(file, '');
    truncateSync(file, 60_000_000);
    await expect(pageReport(file, {})).rejects.toThrow(/60000000 bytes/);
  });

  it.each([
    [{ url: 'kettle' }, /--url kettle: is no address/],
    [{ selectors: 'price' }, /--selectors: is no JSON object/],
    [{ selectors: '{"preis":".now"}' }, /--selectors preis: is no field; there are title, price/],
    [{ selectors: '{"price":"[["}' }, /--selectors price: is no CSS selector/],
  ])('is not read with options that mean nothing: %j', async (options, reason) => {
    await expect(report('', options)).rejects.toThrow(reason);
  });
});
