import { currencyNamed } from './currency-names.ts';
import { lowered, phrases, spokenText } from './spoken-text.ts';
import { mendTypos } from './typos.ts';

/** What somebody wants to be set, in the shape of a preference; null switches it off. Times are `22:00`. */
export interface SaidSettings {
  /** BCP 47. */
  language?: string;
  /** ISO 4217. */
  currency?: string;
  /** IANA name. */
  timeZone?: string;
  quietFrom?: string | null;
  quietTo?: string | null;
  digest?: 'off' | 'daily' | 'weekly';
  digestAt?: string;
  minimumScore?: number | null;
  alertsPerDay?: number;
}

const LANGUAGES: Readonly<Record<string, string>> = {
  english: 'en', englisch: 'en', inggris: 'en', angrezi: 'en', german: 'de', deutsch: 'de', jerman: 'de', hindi: 'hi',
  indonesian: 'id', indonesisch: 'id', indonesia: 'id', french: 'fr', französisch: 'fr', spanish: 'es', spanisch: 'es',
}; // prettier-ignore

const languageWords = phrases([
  ...['language', 'sprache', 'bahasa', 'bhasha', 'speak', 'talk', 'answer', 'sprich', 'rede', 'antworte'],
  ...['bicara', 'jawab', 'bolo', 'in', 'auf', 'please', 'bitte', 'tolong'],
]);
const quietWords = phrases([
  ...['quiet hours', 'quiet time', 'do not disturb', 'nicht stören', 'ruhezeit', 'ruhezeiten', 'nachtruhe'],
  ...["don't disturb me", 'jam tenang', 'jangan ganggu', 'dnd'],
]);
const digestWords = phrases(['digest', 'summary', 'zusammenfassung', 'übersicht', 'ringkasan', 'rangkuman']);
const scoreWords = phrases([
  ...['minimum score', 'min score', 'minimum deal score', 'score at least', 'deal score at least'],
  ...['mindestscore', 'mindestbewertung', 'skor minimum', 'skor minimal'],
]);
const zoneWords = phrases(['time zone', 'timezone', 'zeitzone', 'zona waktu']);
const currencyWords = phrases(['currency', 'währung', 'mata uang', 'prices in', 'preise in', 'harga dalam']);
const everyCurrencyWord = new RegExp(currencyWords.source, 'gu');
const fillers = new Set(
  (
    'set change switch use make show give tell want i my me the all to in as please can you stell stelle ändere ändern zeig zeige mir ' +
    'meine die auf in um bitte ganti ubah ke saya tolong'
  ).split(' '),
);
const alertWords = phrases([
  ...['alert', 'alerts', 'message', 'messages', 'notification', 'notifications', 'nachricht', 'nachrichten'],
  ...['meldung', 'meldungen', 'benachrichtigung', 'benachrichtigungen', 'notifikasi', 'pesan'],
]);
const atMostWords = phrases([
  ...['at most', 'max', 'maximum', 'maximal', 'no more than', 'only', 'just', 'nur', 'höchstens', 'maksimal'],
]);
const perDayWords = phrases(['a day', 'per day', 'each day', 'am tag', 'pro tag', 'sehari', 'per hari']);
const offWords = phrases([
  'off',
  'aus',
  'ausschalten',
  'disable',
  'deaktivieren',
  'no',
  'none',
  'keine',
  'kein',
  'matikan',
]);
const dailyWords = phrases([
  ...['daily', 'every day', 'each day', 'every morning', 'täglich', 'tägliche', 'jeden tag', 'jeden morgen'],
  ...['harian', 'setiap hari', 'tiap hari'],
]);
const weeklyWords = phrases([
  ...[
    'weekly',
    'every week',
    'each week',
    'wöchentlich',
    'wöchentliche',
    'jede woche',
    'mingguan',
    'setiap minggu',
  ],
]);
const nobody = phrases([
  'not',
  "don't",
  'never',
  'nicht',
  'jangan',
  'tidak',
  'without',
  'ohne',
  'or',
  'oder',
]);

const TIME = String.raw`(\d{1,2})(?:[:.](\d{2}))?\s?(am|pm|a\.m\.|p\.m\.|uhr|h|o'clock)?(?![\d\p{L}%/])`;
const span = new RegExp(
  String.raw`${TIME}\s?(?:-|to|until|till|bis|sampai|hingga|and|und|dan)\s?${TIME}`,
  'u',
);
const oneTime = new RegExp(TIME, 'gu');

/**
 * The one setting that a sentence changes, with its value: "quiet hours 22 to 7", "digest um 8", "minimum score 80". Null
 * where it names none, several, or one that can be meant in two ways ("quiet hours 10 to 7" may begin in the morning).
 */
export function settingsIn(sentence: string): SaidSettings | null {
  const text = lowered(mendTypos(spokenText(sentence))).replaceAll(/[!?]+|\.$/gu, '');
  const readers = [quietIn, digestIn, scoreIn, zoneIn, alertsIn, currencyIn];
  const named = readers.map((read) => read(text)).filter((found) => found !== undefined);
  if (named.length > 1) return null;
  return named[0] === undefined ? (languageIn(text) ?? null) : named[0];
}

/** Whether a sentence sets what hardly any product is called by: quiet hours, digest, least score, time zone. */
export function isSetting(sentence: string): boolean {
  const found = settingsIn(sentence);
  return found !== null && found.language === undefined && found.currency === undefined;
}

/** Undefined: not spoken of; null: spoken of, but with no value, or none that is plain. */
type Read = SaidSettings | null | undefined;

function quietIn(text: string): Read {
  if (!quietWords.test(text)) return undefined;
  const found = span.exec(text);
  // "Do not disturb" has a word of refusal within it.
  const beside = text.replace(quietWords, ' ');
  if (!found) return offWords.test(beside) ? { quietFrom: null, quietTo: null } : null;
  if (nobody.test(beside) || numbersIn(text.replace(found[0], ' ')).length > 0) return null;
  const [from, to] = [timeOf(found, 1), timeOf(found, 4)];
  if (!from || !to) return null;
  const isPlain = from.isPlain || to.isPlain;
  const hours = (24 + Number(to.text.slice(0, 2)) - Number(from.text.slice(0, 2))) % 24;
  // Of two bare hours that a clock of twelve has as well, either may be the other half of the day.
  if (!isPlain || hours > 14 || from.text === to.text) return null;
  return { quietFrom: from.text, quietTo: to.text };
}

function digestIn(text: string): Read {
  if (!digestWords.test(text)) return undefined;
  if (nobody.test(text)) return null;
  const times = [...text.matchAll(oneTime)];
  const [isDaily, isWeekly] = [dailyWords.test(text), weeklyWords.test(text)];
  if (times.length === 0 && !isDaily && !isWeekly) return offWords.test(text) ? { digest: 'off' } : null;
  if (times.length > 1 || (isDaily && isWeekly) || offWords.test(text)) return null;
  const at = times[0] && timeOf(times[0], 1);
  if (times[0] && !at) return null;
  return {
    ...((isDaily || isWeekly) && { digest: isWeekly ? ('weekly' as const) : ('daily' as const) }),
    ...(at && { digestAt: at.text }),
  };
}

function scoreIn(text: string): Read {
  if (!scoreWords.test(text)) return undefined;
  const [score, ...others] = numbersIn(text);
  if (score === undefined) return offWords.test(text) ? { minimumScore: null } : null;
  const isScore = others.length === 0 && Number.isInteger(score) && score >= 1 && score <= 100;
  return isScore && !nobody.test(text) ? { minimumScore: score } : null;
}

function alertsIn(text: string): Read {
  if (!alertWords.test(text) || !perDayWords.test(text) || !atMostWords.test(text)) return undefined;
  const [count, ...others] = numbersIn(text.replaceAll(/(?<!\p{L})a day/gu, ' '));
  const isCount = count !== undefined && others.length === 0 && Number.isInteger(count) && count >= 1;
  return isCount && count <= 1_000 ? { alertsPerDay: count } : null;
}

function zoneIn(text: string): Read {
  if (!zoneWords.test(text)) return undefined;
  const words = new Set(text.replace(zoneWords, ' ').match(/[\p{L}/_+-]+/gu) ?? []);
  const spoken = text.replaceAll(' ', '_');
  const zones = Intl.supportedValuesOf('timeZone').filter((zone) => {
    const name = zone.toLowerCase();
    const city = name.slice(name.lastIndexOf('/') + 1);
    return words.has(name) || words.has(city) || (city.includes('_') && spoken.includes(city));
  });
  return zones.length === 1 ? { timeZone: zones[0]! } : null;
}

function currencyIn(text: string): Read {
  if (!currencyWords.test(text)) return undefined;
  const words = text.replaceAll(everyCurrencyWord, ' ').match(/\p{L}+|[€£₹¥$]/gu) ?? [];
  const rest = words.filter((word) => !fillers.has(word)).map(currencyNamed);
  // "iPhone prices in euro" is about iPhones.
  return rest.length === 1 && rest[0] ? { currency: rest[0] } : null;
}

/** Without the word for language a name of one is a wish only beside one of speaking: "auf deutsch bitte". */
function languageIn(text: string): Read {
  if (!languageWords.test(text) || nobody.test(text)) return undefined;
  const aim = /(?<!\p{L})(?:to|auf|ke|zu|into)\s(\p{L}+)(?!\p{L})/u.exec(text)?.[1];
  const aimed = aim === undefined ? undefined : LANGUAGES[aim];
  if (aimed !== undefined) return { language: aimed };
  const named = new Set((text.match(/\p{L}+/gu) ?? []).flatMap((word) => LANGUAGES[word] ?? []));
  return named.size === 1 ? { language: [...named][0]! } : undefined;
}

const numbersIn = (text: string): number[] =>
  (text.match(/(?<![\p{L}\d.,])\d+(?:[.,]\d+)?/gu) ?? []).map((number) => Number(number.replace(',', '.')));

/** `isPlain`: no clock of twelve could mean another time. */
function timeOf(found: RegExpExecArray, at: number): { text: string; isPlain: boolean } | undefined {
  const [hour, minute] = [Number(found[at]), Number(found[at + 1] ?? 0)];
  const half = /^([ap])/u.exec(found[at + 2] ?? '')?.[1];
  if (minute > 59 || hour > 23 || (half !== undefined && (hour < 1 || hour > 12))) return undefined;
  const hours = half === undefined ? hour : (hour % 12) + (half === 'p' ? 12 : 0);
  const isTwentyFour = found[at + 2] === 'uhr' || /^0/u.test(found[at]!) || hour > 12 || hour === 0;
  const text = `${String(hours).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  return { text, isPlain: half !== undefined || isTwentyFour };
}
