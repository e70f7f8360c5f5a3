import type { Wording } from '@souk/contracts';
import { said, sentenceOf, textOf, worded } from './said.ts';
import { Texts } from './texts.ts';

const price = { amount: '46.80', currency: 'EUR' };
const limit = { amount: '45.005', currency: 'EUR' };
const plain = (text: string) => text.replaceAll(/[\u00A0\u202F]/g, ' ');
const de = new Texts('de', 'Europe/Berlin');

describe('a sentence of the API', () => {
  it('is English, with amounts and instants as machines write them', () => {
    const text = said('why.above-limit', { price, percent: { decimal: '4.0' }, limit });
    expect(sentenceOf(text)).toBe('costs 46.80 EUR, 4.0 % above your limit of 45.005 EUR');
    expect(worded(text)).toEqual({ sentence: sentenceOf(text), said: text });
    const until = { at: '2026-07-01T22:30:00.000Z' };
    expect(sentenceOf(said('hold.snoozed', { until }))).toBe('snoozed until 2026-07-01T22:30:00.000Z');
  });

  it.each([
    [{ ...price, isBare: true }, '46.80'],
    [{ amountMinor: 123, currency: 'JPY' }, '123 JPY'],
    [{ month: 7 }, '7'],
    [{ day: '2026-07-01T22:30:00.000Z' }, '2026-07-01'],
    [{ list: [said('hold.paused'), said('why.in-stock')] }, 'the watch is paused, is in stock already'],
    [{ text: said('hold.paused') }, 'the watch is paused'],
    [{ agoSeconds: 59 }, '59 s ago'],
    [{ agoSeconds: 360 }, '6 min ago'],
    [{ agoSeconds: 7_300 }, '2 h ago'],
    [{ agoSeconds: 180_000 }, '2 days ago'],
    [12.5, '12.5'],
  ])('writes %j in its place', (sentence, written) => {
    expect(sentenceOf(said('said.plain', { sentence }))).toBe(written);
  });

  it('counts', () => {
    const values = { price, count: 1 };
    expect(sentenceOf(said('silence.daily-cap', values))).toMatch(/1 alert within 24 hours is its limit$/);
    expect(sentenceOf(said('silence.daily-cap', { ...values, count: 2 }))).toMatch(
      /2 alerts .* are its limit$/,
    );
  });
});

describe('its wording', () => {
  it('is written in the language of the chat: amounts, decimals and times too', () => {
    const text = said('why.above-limit', { price, percent: { decimal: '4.0' }, limit });
    expect(plain(de.write(textOf(worded(text))))).toBe(
      'kostet 46,80 €, 4,0 % über deiner Grenze von 45,005 €',
    );
    const late = '2026-07-01T22:30:00.000Z';
    expect(de.write(said('hold.snoozed', { until: { at: late } }))).toBe('still bis 02.07.2026, 00:30');
    expect(de.write(said('said.plain', { sentence: { day: late } }))).toBe('02.07.2026');
    expect(de.write(said('summary.checked', { ago: { agoSeconds: 360 } }))).toBe(
      'zuletzt geprüft vor 6 Minuten',
    );
    const conditions = { list: [said('why.in-stock'), said('hold.paused')] };
    expect(de.write(said('summary.conditions', { conditions }))).toBe(
      'ist schon vorrätig, die Beobachtung ist angehalten',
    );
  });

  it('of a key that nobody knows gives way to the sentence, wherever it stands', () => {
    const unknown: Wording = { key: 'no.such-key' };
    const known = (value: Wording['values']): Wording => ({ key: 'said.plain', values: value });
    for (const wording of [
      unknown,
      known({ sentence: { text: unknown } }),
      known({ sentence: { list: [unknown] } }),
      known({ sentence: { text: known({ sentence: { text: unknown } }) } }),
      { key: 'toString' },
      undefined,
    ])
      expect(de.write(textOf({ sentence: 'as it was', said: wording }))).toBe('as it was');
  });
});
