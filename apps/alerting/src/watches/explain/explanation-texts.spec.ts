import type { ExplainWatch, ResponseOf } from '@souk/contracts';
import { Wording } from '@souk/contracts';
import type { Facts } from '../../alerts/facts.ts';
import { said, worded } from '../../texts/said.ts';
import { explanationMessage } from '../../telegram/watch-message.ts';
import { Texts } from '../../texts/texts.ts';
import { readConditions } from '../conditions.ts';
import { leavesOf } from '../rule.ts';
import { standingOf } from '../standing.ts';
import { explanationTexts } from './explanation-texts.ts';

type Explanation = ResponseOf<typeof ExplainWatch>;
const id = '605b76b4-8e84-5173-915e-ea4a402e6713';
const at = '2026-07-01T22:30:00.000Z';
const plain = (text: string) => text.replaceAll(/[\u00A0\u202F]/g, ' ');
const [en, de] = [new Texts('en'), new Texts('de', 'Europe/Berlin')];

const facts: Facts = {
  ...{ priceMinor: 4_680, currency: 'EUR', previousPriceMinor: 5_000, usualPriceMinor: 5_200, score: 40 },
  ...{ lowestBeforeMinor: 4_000, lowestBeforeMinorByDays: { '30': 4_500 }, realDiscountPercent: 9.9 },
};
const standing = (when: Parameters<typeof readConditions>[0], changes: Partial<Facts> = {}) => {
  const read = readConditions(when);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return standingOf(leavesOf(read.rule)[0]!, { ...facts, ...changes });
};

function explained(changes: Partial<Explanation> = {}): Explanation {
  const { verdict, rule, sentence, saidRule, said: why, inputs } = standing({ priceBelow: '45' });
  return {
    watch: { id, product: null, productId: id, when: {}, channels: [], paused: false, createdAt: at },
    summary: 'in English',
    said: [said('summary.holds'), said('summary.checked', { ago: { agoSeconds: 360 } })],
    holds: [{ kind: 'snoozed', until: at, ...worded(said('hold.snoozed', { until: { at } })) }],
    evaluations: [
      {
        ...{ source: 'steam', product: '730', productId: id, title: 'A <b>game</b>', url: null },
        ...{ priceMinor: 4_680, currency: 'EUR', observedAt: at, checkedAt: at, verdict: 'false' as const },
        conditions: [
          {
            field: 'when.priceBelow',
            kind: 'priceBelow',
            verdict,
            rule,
            sentence,
            saidRule,
            said: why,
            inputs,
          },
        ],
        traceId: 'a'.repeat(32),
      },
    ],
    events: [
      {
        ...{ at, kind: 'raised' as const, productId: id, alertId: id, traceId: null },
        sentence: 'fell below 45.00 EUR: now 44.00 EUR, before 50.00',
        reasons: [
          {
            kind: 'priceBelow',
            ...worded(
              said('reason.below', {
                limit: { amount: '45.00', currency: 'EUR' },
                price: { amount: '44.00', currency: 'EUR' },
                before: { text: said('reason.first') },
              }),
            ),
            inputs: { priceBelow: '45.00', price: '44.00', previousPrice: '50.00', currency: 'EUR' },
          },
        ],
      },
      {
        ...{ at, kind: 'expired' as const, productId: id, alertId: null, traceId: null },
        ...worded(said('silence.expired', { price: { amount: '44.00', currency: 'EUR' } })),
      },
      {
        ...{ at, kind: 'late' as const, productId: id, alertId: null, traceId: null },
        sentence: 'noted by an older version',
      },
    ],
    advice: [{ kind: 'unknown-product', field: 'product', ...worded(said('advice.unknown-product')) }],
    ...changes,
  };
}

it('an explanation is told in the language, money and time zone of the chat', () => {
  const texts = explanationTexts(explained(), de);
  expect(JSON.parse(plain(JSON.stringify(texts)))).toEqual({
    summary:
      'das gilt schon und wird wieder gemeldet, wenn die Grenze neu überschritten wird; zuletzt geprüft vor 6 Minuten',
    holds: ['still bis 02.07.2026, 00:30'],
    evaluations: [
      {
        title: 'A <b>game</b>',
        checkedAt: '02.07.2026, 00:30',
        conditions: ['✗ Preis unter 45,00 €: kostet 46,80 €, 4,0 % über deiner Grenze von 45,00 €'],
        traceId: 'a'.repeat(32),
      },
    ],
    events: [
      '02.07.2026, 00:30: unter 45,00 € gefallen: jetzt 44,00 €, der erste gesehene Preis',
      '02.07.2026, 00:30: 44,00 € wäre gemeldet worden, aber die Beobachtung ist abgelaufen',
      '02.07.2026, 00:30: noted by an older version',
    ],
    advice: ['dieses Produkt kennt noch niemand: Es wird ab seinem ersten Preis beobachtet'],
  });
});

it('in Telegram whatever stands in it is escaped', () => {
  const text = worded(said('hold.no-alerts', { source: '<i>shop</i> & "co"' }));
  const { html } = explanationMessage(explained({ holds: [{ kind: 'x', until: null, ...text }] }), de);
  expect(html).toContain('⏸ &lt;i&gt;shop&lt;/i&gt; &amp; &quot;co&quot; erlaubt keine Meldungen');
  expect(html).toContain('<i>A &lt;b&gt;game&lt;/b&gt; (02.07.2026, 00:30)</i>');
});

it('what comes without wordings is told as it is', () => {
  const { evaluations } = explained();
  const bare = evaluations.map(({ conditions, ...rest }) => ({
    ...rest,
    title: null,
    conditions: conditions.map(({ said: _said, saidRule: _rule, ...condition }) => condition),
  }));
  const texts = explanationTexts(explained({ said: undefined, evaluations: bare }), de);
  expect(texts.summary).toBe('in English');
  expect(texts.evaluations[0]).toMatchObject({
    title: 'steam 730',
    conditions: ['✗ price below 45.00 EUR: costs 46.80 EUR, 4.0 % above your limit of 45.00 EUR'],
  });
});

it.each<[Parameters<typeof readConditions>[0], Partial<Facts>, string, string]>([
  [{ priceBelow: '50' }, {}, 'is below €50.00 already: €46.80', 'liegt schon unter 50,00 €: 46,80 €'],
  [{ priceBelow: '46.8' }, {}, 'costs €46.80, just your limit', 'kostet 46,80 €, genau deine Grenze'],
  [
    { priceAbove: '50', landed: true },
    { shippingMinor: 20 },
    'costs €47.00, 6.0 % below your limit of €50.00',
    'kostet 47,00 €, 6,0 % unter deiner Grenze von 50,00 €',
  ],
  [
    { inStockBelow: '50' },
    { availability: 'out_of_stock' },
    'costs €46.80, below your limit, but it is not in stock',
    'kostet 46,80 €, unter deiner Grenze, ist aber nicht vorrätig',
  ],
  [
    { inStockBelow: '50' },
    {},
    'costs €46.80, below your limit, but nobody says whether it is in stock',
    'kostet 46,80 €, unter deiner Grenze, aber niemand sagt, ob es vorrätig ist',
  ],
  [
    { priceBelow: '50', currency: 'USD' },
    {},
    'no rate of the day leads from EUR to USD',
    'kein Tageskurs führt von EUR zu USD',
  ],
  [
    { dropPercent: 10 },
    {},
    'fell 6.4 % from €50.00 to €46.80 with its last price; you asked for 10 %',
    'ist mit dem letzten Preis um 6,4 % von 50,00 € auf 46,80 € gefallen; gewünscht waren 10 %',
  ],
  [
    { priceRiseAmount: '2' },
    {},
    'did not rise with its last price; you asked for €2.00',
    'ist mit dem letzten Preis nicht gestiegen; gewünscht waren 2,00 €',
  ],
  [
    { dropAmount: '5', against: 'usual' },
    {},
    'is €5.20 below the usual €52.00 already: €46.80; you asked for €5.00',
    'liegt schon 5,20 € unter den üblichen 52,00 €: 46,80 €; gewünscht waren 5,00 €',
  ],
  [
    { allTimeLow: true },
    {},
    'costs €46.80, 17.0 % above the lowest known price, €40.00',
    'kostet 46,80 €, 17,0 % über dem niedrigsten bekannten Preis, 40,00 €',
  ],
  [
    { lowOfDays: 30 },
    { priceMinor: 4_500 },
    '€45.00 is the lowest price of 30 days already',
    '45,00 € ist schon der niedrigste Preis von 30 Tagen',
  ],
  [
    { lowOfDays: 7 },
    {},
    'the lowest price of 7 days is not known yet',
    'der niedrigste Preis von 7 Tagen ist noch nicht bekannt',
  ],
  [{ backInStock: true }, {}, 'nobody says whether it is in stock', 'niemand sagt, ob es vorrätig ist'],
  [
    { scoreAtLeast: 60 },
    { score: 72.55, priceMinor: 5_190 },
    'has a deal score of 72.5, but €51.90 is not more than 2 % below the usual €52.00; you asked for 60',
    'hat eine Bewertung von 72,5, aber 51,90 € liegt nicht mehr als 2 % unter den üblichen 52,00 €; gewünscht waren 60',
  ],
  [
    { realDiscountAtLeast: 12.5 },
    {},
    'has a real discount of 9.9 %; you asked for 12.5 %',
    'hat einen wirklichen Rabatt von 9,9 %; gewünscht waren 12,5 %',
  ],
])('%j is told in both languages, and fits the contract', (when, changes, english, german) => {
  const { said: why, saidRule } = standing(when, changes);
  expect([plain(en.write(why)), plain(de.write(why))]).toEqual([english, german]);
  expect([Wording.parse(why), Wording.parse(saidRule)]).toEqual([why, saidRule]);
});
