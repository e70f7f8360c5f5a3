import { summaryOf } from './summary.ts';

const product = { url: 'http://127.0.0.1:8080', apiKey: 'souk_key' };
const summary = (sandbox: boolean): string => summaryOf(product, { sandbox, dataDir: '/data' });

describe('what is said when everything is ready', () => {
  it('names address, key, logs and a watch on the simulated shop', () => {
    const text = summary(true);
    for (const part of [
      product.url,
      product.apiKey,
      '/data/logs',
      'live page of the sandbox shop',
      'sbx-001',
    ])
      expect(text).toContain(part);
  });

  it('speaks of no simulated shop where there is none', () => {
    expect(summary(false)).not.toMatch(/sandbox|sbx-/);
    expect(summary(false)).toContain('{"source":"my-shop","product":"coffee"}');
  });
});
