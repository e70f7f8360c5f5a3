import type { english } from './english.ts';

export type TextKey = keyof typeof english;

/** One text, or one for each plural category of the language (CLDR); `other` is always there. */
export type Message = string | ({ other: string } & { [category in Intl.LDMLPluralRule]?: string });

/** All texts of one language. */
export type Catalogue = Readonly<Record<TextKey, Message>>;

type Words<M> = M extends string ? M : M extends { other: infer Other } ? Other : never;
type NamesIn<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** Names of the values that stand in a text. */
export type ValueName<K extends TextKey> = NamesIn<Words<(typeof english)[K]>>;

/** Names in braces, for a message of any language. */
export const valueNamesOf = (message: Message): Set<string> =>
  new Set(
    Object.values(typeof message === 'string' ? { other: message } : message).flatMap((words) =>
      [...words.matchAll(/\{([\w-]+)\}/g)].map((match) => match[1]!),
    ),
  );
