import { CONDITION_KINDS, type ConditionTree } from '@souk/contracts';
import { parseAmount } from '@souk/money';
import type { Money } from '../conversation/reply.ts';
import { cut } from './shorten.ts';
import type { Texts } from './texts.ts';

const MAX_SHORT = 80;

/**
 * What a watch waits for, each condition with its value: "price below €8.00". `currency` is that of its listing, where it
 * is known: amounts without any currency are bare. Branches are one text, joined by what joins them.
 */
export function conditionTexts(when: ConditionTree, currency: string | undefined, texts: Texts): string[] {
  const ofAmounts = when.currency ?? currency;
  const own = CONDITION_KINDS.flatMap((kind) => {
    const value = when[kind];
    if (value === undefined) return [];
    const money =
      typeof value === 'string' && ofAmounts !== undefined ? moneyOf(value, ofAmounts) : undefined;
    const shown = money
      ? texts.money(money)
      : typeof value === 'number'
        ? texts.number(value)
        : String(value);
    return [texts.say(`condition-kind.${kind}`, { value: shown })];
  });
  const joined = (branches: readonly ConditionTree[] | undefined, sign: string): string[] =>
    branches
      ? [branches.map((branch) => conditionTexts(branch, ofAmounts, texts).join(' / ')).join(sign)]
      : [];
  return [...own, ...joined(when.all, ' + '), ...joined(when.any, ' / ')];
}

/** The same in a few words, for a line of a list. */
export const shortCondition = (when: ConditionTree, currency: string | undefined, texts: Texts): string =>
  cut(conditionTexts(when, currency, texts).join(' / '), MAX_SHORT);

/** An amount as it was written; undefined when it is none of this currency. */
export function moneyOf(amount: string, currency: string): Money | undefined {
  const read = parseAmount(amount, currency);
  return 'minor' in read ? { amountMinor: read.minor, currency } : undefined;
}
