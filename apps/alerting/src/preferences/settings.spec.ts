import { LANGUAGES } from '../texts/languages.ts';
import { Texts } from '../texts/texts.ts';
import { DEFAULT_PREFERENCE } from './preference.ts';
import { holds, OFFERED, SETTINGS, settingText, valueText, withSetting } from './settings.ts';

describe.each(SETTINGS)('the setting %s', (setting) => {
  it.each(OFFERED[setting])('can be %s, which then holds and stays so', (value) => {
    const changed = withSetting(DEFAULT_PREFERENCE, setting, value);
    expect(changed).toBeDefined();
    expect(holds(setting, changed!, value)).toBe(true);
    expect(withSetting(changed!, setting, value)).toEqual(changed);
    for (const language of LANGUAGES) {
      expect(valueText(setting, value, new Texts(language))).not.toBe('');
      expect(settingText(setting, changed!, new Texts(language))).not.toBe('');
    }
  });

  it('takes no nonsense', () => {
    for (const value of ['', 'x', '99:00', '25:00-07:00', '07:00-07:00', '-1', '1e9', 'Mars/Olympus', 'EURO'])
      expect([value, withSetting(DEFAULT_PREFERENCE, setting, value)]).toEqual([value, undefined]);
  });
});

it('a language that no catalogue has is told as the one that is spoken', () => {
  const { language } = withSetting(DEFAULT_PREFERENCE, 'language', 'fr-CH')!;
  expect(language).toBe('fr-CH');
  expect(valueText('language', language, new Texts('en'))).toBe('English');
  for (const nonsense of ['e', 'Mars/Olympus', 'klingonian', 'en--', 'en-1'])
    expect(withSetting(DEFAULT_PREFERENCE, 'language', nonsense)).toBeUndefined();
});

it('settings are told in the person’s language', () => {
  const preference = {
    ...DEFAULT_PREFERENCE,
    quietFrom: '22:00',
    quietTo: '07:00',
    alertsPerDay: 3,
    language: 'de',
  };
  const told = (texts: Texts) => SETTINGS.map((setting) => settingText(setting, preference, texts));
  expect(told(new Texts('en'))).toEqual([
    'Language: Deutsch',
    'Currency: as the shop has it',
    'Time zone: UTC',
    'Quiet hours: 22:00 to 07:00',
    'Alerts: at most 3 a day',
    'Digest: none',
    'Digest at: 09:00',
    'Deal score at least: any',
    'Insights: 8 / 8',
  ]);
  expect(told(new Texts('de'))).toContain('Ruhezeit: 22:00 bis 07:00');
});
