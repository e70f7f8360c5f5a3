import { INSIGHTS, type Insight, isTimeZone, Preference } from '@souk/contracts';
import type { TextKey } from '../texts/catalogue.ts';
import { languageOf, LANGUAGES } from '../texts/languages.ts';
import type { Texts } from '../texts/texts.ts';

/** What can be set by buttons, in the order in which it is shown. */
export const SETTINGS = [
  'language',
  'currency',
  'time-zone',
  'quiet',
  'frequency',
  'digest',
  'digest-at',
  'score',
  'insights',
] as const;
export type Setting = (typeof SETTINGS)[number];

const NONE = '-';
const TIMES = ['06:00', '07:00', '08:00', '09:00', '12:00', '18:00', '20:00', '21:00'];
const ZONES = [
  'UTC',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Istanbul',
  'Asia/Dubai',
  'Asia/Kolkata',
  'Asia/Jakarta',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Sydney',
  'America/Sao_Paulo',
  'America/New_York',
  'America/Chicago',
  'America/Los_Angeles',
];
const CURRENCIES = ['EUR', 'USD', 'GBP', 'INR', 'IDR', 'JPY', 'SGD', 'AUD', 'CAD', 'CHF', 'TRY', 'BRL'];

/** Values that a button offers. Others can be written: any time zone, any currency, any quiet hours. */
export const OFFERED: Readonly<Record<Setting, readonly string[]>> = {
  language: LANGUAGES,
  currency: [NONE, ...CURRENCIES],
  'time-zone': ZONES,
  quiet: [NONE, '21:00-07:00', '22:00-06:00', '22:00-07:00', '22:00-08:00', '23:00-07:00', '00:00-08:00'],
  frequency: [NONE, '1', '3', '5', '10', '20'],
  digest: ['off', 'daily', 'weekly'],
  'digest-at': TIMES,
  score: [NONE, '50', '60', '70', '80', '90'],
  insights: INSIGHTS.flatMap((insight) => [`+${insight}`, `-${insight}`]),
};

export const isSetting = (name: string): name is Setting => (SETTINGS as readonly string[]).includes(name);

const SETTING_OF: Readonly<Record<keyof Preference, Setting>> = {
  language: 'language',
  currency: 'currency',
  timeZone: 'time-zone',
  quietFrom: 'quiet',
  quietTo: 'quiet',
  alertsPerDay: 'frequency',
  digest: 'digest',
  digestAt: 'digest-at',
  minimumScore: 'score',
  mutedInsights: 'insights',
};

/** Under which setting a value of a preference is shown. */
export const settingOf = (field: keyof Preference): Setting => SETTING_OF[field];

/** The preference with one value changed; undefined when that value makes no sense. The same value twice is the same. */
export function withSetting(before: Preference, setting: Setting, value: string): Preference | undefined {
  const changed = { ...before, ...changeOf(before, setting, value) };
  return Preference.safeParse(changed).data;
}

function changeOf(
  before: Preference,
  setting: Setting,
  value: string,
): Partial<Record<keyof Preference, unknown>> {
  const orNone = value === NONE ? null : value;
  switch (setting) {
    case 'language':
      return { language: value };
    case 'currency':
      return { currency: orNone?.toUpperCase() ?? null };
    case 'time-zone':
      return { timeZone: isTimeZone(value) ? value : '' };
    case 'quiet': {
      if (orNone === null) return { quietFrom: null, quietTo: null };
      const [from, to] = value.split('-');
      return from === to ? { quietFrom: '' } : { quietFrom: from, quietTo: to ?? '' };
    }
    case 'frequency':
      return { alertsPerDay: orNone === null ? null : Number(value) };
    case 'digest':
      return { digest: value };
    case 'digest-at':
      return { digestAt: value };
    case 'score':
      return { minimumScore: orNone === null ? null : Number(value) };
    case 'insights': {
      if (!/^[+-]/.test(value)) return { mutedInsights: null };
      const insight = value.slice(1);
      const others = before.mutedInsights.filter((muted) => muted !== insight);
      return value.startsWith('-') || !(INSIGHTS as readonly string[]).includes(insight)
        ? { mutedInsights: [...others, insight] }
        : { mutedInsights: others };
    }
  }
}

/** The button that chooses a value, as the value is called. */
export function valueText(setting: Setting, value: string, texts: Texts): string {
  if (value === NONE) {
    const none = {
      currency: 'settings.currency-any',
      quiet: 'settings.quiet-off',
      frequency: 'settings.frequency-each',
      score: 'settings.score-any',
    };
    return texts.write({ key: none[setting as keyof typeof none] as TextKey });
  }
  switch (setting) {
    case 'language':
      return languageName(value);
    case 'quiet': {
      const [from = '', to = ''] = value.split('-');
      return texts.say('settings.quiet-hours', { from, to });
    }
    case 'frequency':
      return texts.say('settings.frequency-some', { count: Number(value) });
    case 'digest':
      return value === 'off'
        ? texts.say('settings.digest-off')
        : texts.say(`settings.digest-every-${value as 'daily' | 'weekly'}`);
    case 'insights':
      return texts.say(`insight.${value.slice(1) as Insight}`);
    default:
      return value;
  }
}

/** As the language calls itself; the one that is spoken, where there is no catalogue. */
function languageName(tag: string): string {
  const language = languageOf(tag);
  return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
}

/** A setting as it is now, in one line. */
export function settingText(setting: Setting, preference: Preference, texts: Texts): string {
  const said = (value: string | number | null): string =>
    valueText(setting, value === null ? NONE : String(value), texts);
  switch (setting) {
    case 'language':
      return texts.say('settings.language', { value: said(preference.language) });
    case 'currency':
      return texts.say('settings.currency', { value: said(preference.currency) });
    case 'time-zone':
      return texts.say('settings.time-zone', { value: preference.timeZone });
    case 'quiet': {
      const { quietFrom, quietTo } = preference;
      return texts.say('settings.quiet', {
        value: said(quietFrom === null ? null : `${quietFrom}-${quietTo}`),
      });
    }
    case 'frequency':
      return texts.say('settings.frequency', { value: said(preference.alertsPerDay) });
    case 'digest':
      return texts.say('settings.digest', { value: said(preference.digest) });
    case 'digest-at':
      return texts.say('settings.digest-at', { value: preference.digestAt });
    case 'score':
      return texts.say('settings.score', { value: said(preference.minimumScore) });
    case 'insights': {
      const on = INSIGHTS.filter((insight) => !preference.mutedInsights.includes(insight));
      return texts.say('settings.insights', { count: on.length, of: INSIGHTS.length });
    }
  }
}

/** Whether a button's value is the one that holds. */
export function holds(setting: Setting, preference: Preference, value: string): boolean {
  const changed = withSetting(preference, setting, value);
  return changed !== undefined && JSON.stringify(sorted(changed)) === JSON.stringify(sorted(preference));
}

const sorted = (preference: Preference): Preference => ({
  ...preference,
  mutedInsights: preference.mutedInsights.toSorted(),
});
