import type { Alert } from '@souk/contracts';
import * as fc from 'fast-check';
import { alertMessage, cut } from './telegram-text.ts';

const alert: Alert = {
  id: '018f0000-0000-7000-8000-000000000001',
  position: 1,
  watchId: '018f0000-0000-7000-8000-000000000002',
  productId: '018f0000-0000-7000-8000-000000000003',
  offerId: '018f0000-0000-7000-8000-000000000003',
  source: 'steam',
  product: '730',
  title: 'Portal <2> & "friends"',
  url: 'https://shop.example/portal',
  image: null,
  seller: null,
  condition: null,
  priceMinor: 3_959,
  previousPriceMinor: 5_999,
  currency: 'USD',
  observedAt: '2026-01-02T03:04:05.000Z',
  raisedAt: '2026-01-02T03:04:06.000Z',
  score: null,
  reasons: [
    { kind: 'dropPercent', sentence: 'fell 34.0 % from 59.99 to 39.59 USD; you asked for 30 %', inputs: {} },
  ],
  traceId: '0'.repeat(32),
};

/** What Telegram counts: without mark-up, with characters for entities. */
const shown = (html: string): string =>
  html
    .replaceAll(/<\/?[bi]>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

describe('an alert in a chat', () => {
  it('says what, how much, why and where, with everything foreign escaped', () => {
    expect(alertMessage(alert, false)).toEqual({
      html: [
        '<b>Portal &lt;2&gt; &amp; &quot;friends&quot;</b>',
        '39.59 USD (before 59.99)',
        '• fell 34.0 % from 59.99 to 39.59 USD; you asked for 30 %',
        'steam · 730 · 2026-01-02 03:04 UTC',
      ].join('\n'),
      button: { text: 'Open the offer', url: 'https://shop.example/portal' },
    });
  });

  it('a possible repeat is marked', () => {
    expect(alertMessage(alert, true).html).toMatch(/^<b>.*<\/b> <i>\(repeated\)<\/i>\n/);
  });

  it('without a title it names source and product', () => {
    expect(alertMessage({ ...alert, title: null }, false).html).toMatch(/^<b>steam 730<\/b>/);
  });

  it.each([
    null,
    'nonsense',
    'http://localhost/x',
    'http://127.0.0.1/',
    'http://[::1]/',
    'javascript:alert(1)',
  ])('has no button for %s, which Telegram would refuse', (url) => {
    expect(alertMessage({ ...alert, url }, false).button).toBeUndefined();
  });

  it('stays within the limits and well-formed whatever a shop writes', () => {
    const foreign = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 500 }),
      fc.string({ unit: fc.constantFrom('<', '&', '"', '😀', 'a', '>'), maxLength: 500 }),
    );
    fc.assert(
      fc.property(foreign, foreign, foreign, (title, product, sentence) => {
        const reasons = Array.from({ length: 5 }, () => ({
          ...alert.reasons[0]!,
          sentence: sentence.repeat(4),
        }));
        const { html } = alertMessage({ ...alert, title, product, seller: product, reasons }, true);
        expect(html.length).toBeLessThanOrEqual(4_096);
        expect(shown(html)).toContain(`${cut(title, 300)} (repeated)`);
        expect(html.replaceAll(/<\/?[bi]>/g, '')).not.toMatch(/[<>"]|&(?!(lt|gt|quot|amp);)/);
      }),
      { numRuns: 300 },
    );
  });

  it('a cut text ends in a whole character', () => {
    expect(cut('ab', 2)).toBe('ab');
    expect(cut('abc', 2)).toBe('a…');
    expect(cut('a😀bc', 3)).toBe('a…');
  });
});
