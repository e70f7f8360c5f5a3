import type { TextValue } from '../conversation/reply.ts';
import type { Message } from './catalogue.ts';

/** The words of a message for a count, by the plural categories of its language. */
export function wordsOf(message: Message, count: TextValue | undefined, plurals: Intl.PluralRules): string {
  if (typeof message === 'string') return message;
  return (typeof count === 'number' ? message[plurals.select(count)] : undefined) ?? message.other;
}

/** Every value in its place; one that is missing is left out. */
export const fill = (
  words: string,
  values: Readonly<Record<string, TextValue>>,
  written: (value: TextValue) => string,
): string =>
  words.replaceAll(/\{([\w-]+)\}/g, (_, name: string) => (name in values ? written(values[name]!) : ''));
