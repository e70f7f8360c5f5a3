import type { Wording } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import type { Text, TextValue } from '../conversation/reply.ts';
import type { ValueName } from './catalogue.ts';
import { english } from './english.ts';
import { fill, wordsOf } from './fill.ts';
import type { WHY_TEXTS } from './why-texts.ts';

type WhyKey = keyof typeof WHY_TEXTS;

/** A sentence for the API and for chats; the compiler knows which values it needs. */
export const said = <K extends WhyKey>(
  key: K,
  ...[values]: [ValueName<K>] extends [never] ? [] : [values: Record<ValueName<K>, TextValue>]
): Text => ({ key, ...(values && { values }) });

/** How contracts carry a sentence: in English, and as what others write it from in their language. */
export const worded = (text: Text): { sentence: string; said: Wording } => ({
  sentence: sentenceOf(text),
  said: text,
});

const plurals = new Intl.PluralRules('en');

/** In English as the API says it: amounts with the code of their currency, instants as ISO 8601. */
export function sentenceOf({ key, values = {} }: Text): string {
  return fill(wordsOf(english[key], values.count, plurals), values, plainValue);
}

function plainValue(value: TextValue): string {
  if (typeof value !== 'object') return String(value);
  if ('amount' in value) return value.isBare ? value.amount : `${value.amount} ${value.currency}`;
  if ('amountMinor' in value) return `${formatAmount(value.amountMinor, value.currency)} ${value.currency}`;
  if ('decimal' in value) return value.decimal;
  if ('at' in value) return value.at;
  if ('day' in value) return value.day.slice(0, 10);
  if ('agoSeconds' in value) return agoText(value.agoSeconds);
  if ('month' in value) return String(value.month);
  if ('list' in value) return value.list.map(sentenceOf).join(', ');
  return sentenceOf(value.text);
}

/** How long ago, in the largest unit that fits. */
function agoText(seconds: number): string {
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}

/** What a contract says, as a text of the catalogues; the sentence itself where a key is not (any more) known. */
export const textOf = ({
  sentence,
  said: wording,
}: {
  sentence: string;
  said?: Wording | undefined;
}): Text => (wording && isText(wording) ? wording : said('said.plain', { sentence }));

const isText = (wording: Wording): wording is Text =>
  Object.hasOwn(english, wording.key) &&
  Object.values(wording.values ?? {}).every((value) => {
    if (typeof value !== 'object') return true;
    if ('list' in value) return value.list.every(isText);
    return !('text' in value) || isText(value.text);
  });
