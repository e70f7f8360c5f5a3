import { ChartRenderer, type PriceChart } from '@souk/chart';
import type { ExplainWatch, ResponseOf, Watch } from '@souk/contracts';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { cardOfAlert, cardOfProduct, type ProductCard } from '../cards/card.ts';
import { sampleAlert, sampleDeal, sampleProduct } from '../cards/samples.ts';
import { DEFAULT_PREFERENCE } from '../preferences/preference.ts';
import { Texts } from '../texts/texts.ts';
import { cardMessage } from './card-message.ts';
import { carouselMessage } from './carousel-message.ts';
import { compareMessage } from './compare-message.ts';
import { listMessage } from './list-message.ts';
import type { TelegramMessage } from './message.ts';
import { settingsMessage } from './settings-message.ts';
import { explanationMessage, watchMessage } from './watch-message.ts';

const DOCS = new URL('../../../../docs/', import.meta.url);
const LARGEST_PICTURE_BYTES = 60_000;
const now = new Date('2026-01-02T03:06:30.000Z');
const [en, de] = [new Texts('en'), new Texts('de')];
const DAY_MS = 86_400_000;

const alertCard = cardOfAlert(sampleAlert, { deal: sampleDeal, product: sampleProduct });
const productCard = cardOfProduct(sampleProduct, sampleDeal);
const other: ProductCard = {
  ...productCard,
  productId: '5a9d6a3c-9f44-5c8e-9f3d-0b6e6f1f7a12',
  title: 'Desk lamp Borealis',
  price: { amountMinor: 4_500, currency: 'EUR' },
  score: { value: 60, isSure: true, best: [] },
  discount: { claimed: null, real: 4 },
  stock: 'in_stock',
};
const carouselId = '018f0000-0000-7000-8000-000000000009';
const both = new Map([productCard, other].map((card) => [card.productId, card]));

/** One of three sizes. */
const variantCard = cardOfProduct(
  {
    ...sampleProduct,
    facts: {
      ...sampleProduct.facts,
      variantOf: 'L-700',
      variant: { Size: 'Large', Colour: 'Brass & black' },
    },
  },
  sampleDeal,
);
const threeVariants = { id: carouselId, productIds: [productCard.productId, other.productId, '3'] };

const watch: Watch = {
  id: sampleAlert.watchId,
  product: { source: 'lampenhaus', product: 'L-730' },
  productId: sampleAlert.productId,
  when: { priceBelow: '40.00', currency: 'EUR', dropPercent: 30 },
  channels: ['inbox'],
  paused: false,
  createdAt: '2026-01-01T00:00:00.000Z',
};
const explained: ResponseOf<typeof ExplainWatch> = {
  watch,
  summary: 'Nothing was told: the price was 4.0 % above your limit; last checked 6 minutes ago.',
  holds: [{ kind: 'quiet-hours', sentence: 'quiet hours until 07:00', until: '2026-01-02T07:00:00.000Z' }],
  evaluations: [
    {
      source: 'lampenhaus',
      product: 'L-730',
      productId: sampleAlert.productId,
      title: 'Desk lamp Aurora',
      url: null,
      priceMinor: 4_160,
      currency: 'EUR',
      observedAt: '2026-01-02T03:00:00.000Z',
      checkedAt: '2026-01-02T03:00:00.000Z',
      verdict: 'false',
      conditions: [
        {
          field: 'when.priceBelow',
          kind: 'priceBelow',
          verdict: 'false',
          rule: 'price below 40.00 EUR',
          sentence: 'the price is 4.0 % above your limit',
          inputs: {},
        },
      ],
      traceId: '0'.repeat(32),
    },
  ],
  events: [],
  advice: [],
};

const MESSAGES: readonly (readonly [title: string, message: TelegramMessage])[] = [
  ['An alert', cardMessage(alertCard, { texts: en, now })],
  ['The same in German', cardMessage(alertCard, { texts: de, now })],
  [
    'An alert that may be a repeat',
    cardMessage(cardOfAlert(sampleAlert), { texts: en, now, isRepeat: true }),
  ],
  ['A product that was asked for', cardMessage(productCard, { texts: en, now })],
  [
    'What a search found',
    listMessage(
      {
        kind: 'list',
        title: { key: 'search.title', values: { words: 'desk lamp' } },
        items: [...both.keys()].map((productId) => ({ kind: 'product', productId, choices: [] })),
        page: 0,
        of: 3,
        next: { do: 'page', page: 1, list: 7 },
        choices: [{ label: { key: 'button.compare' }, action: { do: 'compare', page: 0, list: 7 } }],
      },
      both,
      { texts: en, head: [], carouselId },
    ),
  ],
  [
    'A comparison',
    compareMessage([...both.values()], { title: 'Compared', texts: en, head: [], carouselId }),
  ],
  [
    'One of three variants, edited in place',
    carouselMessage(variantCard, threeVariants, 0, { texts: en, now }),
  ],
  ['A watch', watchMessage(watch, productCard, en)],
  ['Why nothing came', explanationMessage(explained, en)],
  ['Settings', settingsMessage({ ...DEFAULT_PREFERENCE, quietFrom: '22:00', quietTo: '07:00' }, en)],
];

/** A year with a sale that was none, a stock-out and a real low. */
const chart: PriceChart = {
  kind: 'price',
  title: 'Desk lamp Aurora',
  currency: 'EUR',
  points: Array.from({ length: 120 }, (_, place) => ({
    atMs: now.getTime() - (360 - place * 3) * DAY_MS,
    priceMinor:
      place === 119 ? 3_959 : 5_599 + Math.round(400 * Math.sin(place / 5)) + (place % 40 > 34 ? -900 : 0),
    listPriceMinor: 7_999,
    isAvailable: place < 60 || place > 66,
  })),
  gaps: [{ fromMs: now.getTime() - 250 * DAY_MS, toMs: now.getTime() - 235 * DAY_MS }],
  toMs: now.getTime(),
  lowest: { priceMinor: 3_959, atMs: now.getTime() - 3 * DAY_MS },
  usual: { lowMinor: 5_299, medianMinor: 5_599, highMinor: 5_899 },
};

const INTRODUCTION = `# Messages

What the bot sends, as \`apps/alerting/src/telegram/messages-doc.spec.ts\` draws it; the test fails when this page is
outdated, and \`SOUK_WRITE_DOCS=1 npm test -- apps/alerting/src/telegram/messages-doc\` writes it anew. Pictures are tried in
their order: the shop's own, then the price chart. A button has a link or at most 64 bytes of data.

![A price chart](messages-chart.png)
`;

const shownText = (html: string): string =>
  html
    .replaceAll(/<\/?(b|i|pre)>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

async function page(): Promise<string> {
  const parts = MESSAGES.map(
    ([title, { html, pictures, keyboard }]) =>
      `## ${title}\n\n\`\`\`text\n${html}\n\`\`\`\n\n\`\`\`json\n${JSON.stringify({ pictures, keyboard }, null, 2)}\n\`\`\`\n`,
  );
  const file = new URL('messages.md', DOCS);
  const options = { ...(await resolveConfig(file)), filepath: file.pathname };
  return format([INTRODUCTION, ...parts].join('\n'), options);
}

const isWriting = process.env.SOUK_WRITE_DOCS === '1';

it('docs/messages.md shows the messages as they are', async () => {
  const [file, wanted] = [new URL('messages.md', DOCS), await page()];
  if (isWriting) await writeFile(file, wanted);
  expect(existsSync(file) ? await readFile(file, 'utf8') : '').toBe(wanted);
});

it('its chart is drawn as the bot draws it', async () => {
  const renderer = new ChartRenderer();
  const [file, png] = [new URL('messages-chart.png', DOCS), await renderer.png(chart, 900)];
  await renderer.close();
  if (isWriting) await writeFile(file, png);
  expect(png.length).toBeLessThan(LARGEST_PICTURE_BYTES);
  expect((await readFile(file)).equals(png)).toBe(true);
});

it.each(MESSAGES)('"%s" is within the limits of Telegram', (_, { html, pictures, keyboard }) => {
  expect(shownText(html).length).toBeLessThanOrEqual(pictures.length > 0 ? 1_024 : 4_096);
  for (const row of keyboard) {
    expect(row.length).toBeLessThanOrEqual(8);
    for (const button of row)
      if ('data' in button) expect(Buffer.byteLength(button.data)).toBeLessThanOrEqual(64);
  }
});
