import { type TextKey, valueNamesOf } from './catalogue.ts';
import { english } from './english.ts';
import { CATALOGUES, LANGUAGES, languageOf } from './languages.ts';
import { Texts, textsIn } from './texts.ts';

const keys = Object.keys(english) as TextKey[];

describe.each(LANGUAGES)('the catalogue %s', (language) => {
  it('has every text and no other', () => {
    expect(Object.keys(CATALOGUES[language]).toSorted()).toEqual(keys.toSorted());
  });

  it('has the same values in every text as the English one', () => {
    const named = (catalogue: (typeof CATALOGUES)[typeof language]) =>
      Object.fromEntries(keys.map((key) => [key, [...valueNamesOf(catalogue[key])].toSorted()]));
    expect(named(CATALOGUES[language])).toEqual(named(english));
  });

  it('has an empty text nowhere, and every plural category that the language uses', () => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const key of keys) {
      const message = CATALOGUES[language][key];
      if (typeof message === 'string') expect([key, message.trim()]).not.toEqual([key, '']);
      else expect([key, Object.keys(message).toSorted()]).toEqual([key, categories.toSorted()]);
    }
  });
});

describe('texts', () => {
  const [en, de] = [new Texts('en'), new Texts('de', 'Europe/Berlin')];
  const plain = (text: string) => text.replaceAll(/[\u00A0\u202F]/g, ' ');

  it('money is written as the language has it, exactly', () => {
    expect(en.money({ amountMinor: 123_456, currency: 'EUR' })).toBe('€1,234.56');
    expect(plain(de.money({ amountMinor: 123_456, currency: 'EUR' }))).toBe('1.234,56 €');
    expect(en.money({ amountMinor: 1_500, currency: 'JPY' })).toBe('¥1,500');
    expect(plain(en.money({ amountMinor: 1_234, currency: 'KWD' }))).toBe('KWD 1.234');
    expect(plain(en.money({ amountMinor: 9_007_199_254_740_991, currency: 'USD' }))).toBe(
      '$90,071,992,547,409.91',
    );
  });

  it('values of every kind stand in their place, numbers choose the plural', () => {
    const price = { amountMinor: 999, currency: 'USD' };
    expect(en.say('card.price-before', { price, before: { ...price, amountMinor: 1_999 } })).toBe(
      '$9.99 (before $19.99)',
    );
    expect(en.say('settings.frequency-some', { count: 1 })).toBe('at most one a day');
    expect(de.say('settings.frequency-some', { count: 3 })).toBe('höchstens 3 am Tag');
    expect(
      en.say('watch.made', {
        title: '{price}',
        condition: { text: { key: 'watch.below', values: { price } } },
      }),
    ).toBe('I tell you when {price} costs less than $9.99.');
  });

  it('times are those of the person', () => {
    const at = '2026-07-01T22:30:00.000Z';
    expect(plain(en.at(at))).toBe('Jul 1, 2026, 10:30 PM');
    expect(de.at(at)).toBe('02.07.2026, 00:30');
    const later = (seconds: number) => new Date(Date.parse(at) + seconds * 1_000);
    expect([0, 90, 7_200, 200_000].map((seconds) => en.age(at, later(seconds)))).toEqual([
      'now',
      '1 minute ago',
      '2 hours ago',
      '2 days ago',
    ]);
    expect(de.age(at, later(90))).toBe('vor 1 Minute');
    expect(en.age(at, later(-60))).toBe('now');
  });

  it('a tag finds its language, any other is English', () => {
    expect(['de-AT', 'DE', 'en-GB', 'fr', undefined, null].map(languageOf)).toEqual([
      'de',
      'de',
      'en',
      'en',
      'en',
      'en',
    ]);
  });
});

it('the minute of a price is that of the clock where the chat is, and says of which zone', () => {
  const seen = '2026-07-01T20:05:00.000Z';
  expect(new Texts('en').minute(seen)).toBe('2026-07-01 20:05 UTC');
  expect(new Texts('en', 'Asia/Kolkata').minute(seen)).toBe('2026-07-02 01:35 GMT+5:30');
  expect(new Texts('de', 'Europe/Berlin').minute(seen)).toBe('2026-07-01 22:05 MESZ');
});

describe('texts that are kept', () => {
  it('are made once for a language and a time zone', () => {
    expect(textsIn('de', 'Europe/Berlin')).toBe(textsIn('de', 'Europe/Berlin'));
    expect(textsIn('de', 'Europe/Berlin')).not.toBe(textsIn('en', 'Europe/Berlin'));
    expect(textsIn('en')).toBe(textsIn('en', 'UTC'));
    expect(textsIn('de', 'Asia/Tokyo').timeZone).toBe('Asia/Tokyo');
  });

  it('are not kept for ever, however many time zones are spoken to', () => {
    const first = textsIn('en', 'Europe/Paris');
    for (const zone of Intl.supportedValuesOf('timeZone').slice(0, 60)) textsIn('de', zone);
    expect(textsIn('en', 'Europe/Paris')).not.toBe(first);
  });
});
