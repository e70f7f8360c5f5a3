import type { Refusal } from '@souk/contracts';
import type { Text, TextKey } from './reply.ts';

/** What is said of a field that makes no sense, by the end of its path; `problem` itself is English, for the API. */
const FIELDS: readonly (readonly [field: RegExp, key: TextKey])[] = [
  [/(^|\.)(priceBelow|priceAbove|inStockBelow|dropAmount|priceRiseAmount|against|price)$/, 'refused.amount'],
  [/(Percent|scoreAtLeast|realDiscountAtLeast)$/, 'refused.percent'],
  [/(^|\.)(query|text|category|name)$/, 'refused.words'],
  [/^channels(\.|$)/, 'refused.channel'],
  [/^(alertId|productId)$/, 'refused.gone'],
  [/^url$/, 'watch.unknown-link'],
];

const CODES: Partial<Record<Refusal['code'], TextKey>> = {
  unavailable: 'chat.unavailable',
  internal: 'chat.unavailable',
  'not-found': 'refused.gone',
  'too-many': 'refused.too-many',
  'payment-required': 'refused.credits',
};

/** Why something was not done, for a chat in any language: of several problems the first that can be told. */
export function refusalText({ code, problems = [] }: Pick<Refusal, 'code' | 'problems'>): Text {
  const told = problems.flatMap(({ field }) => FIELDS.find(([path]) => path.test(field))?.[1] ?? []);
  return { key: told[0] ?? CODES[code] ?? 'refused.otherwise' };
}
