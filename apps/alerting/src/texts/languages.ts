import type { Catalogue } from './catalogue.ts';
import { english } from './english.ts';
import { german } from './german.ts';

/** The languages there are: another one is another file, named here. */
export const CATALOGUES = { en: english, de: german } as const satisfies Record<string, Catalogue>;

export type Language = keyof typeof CATALOGUES;
export const LANGUAGES = Object.keys(CATALOGUES) as Language[];

/** The language of a BCP 47 tag such as `de-AT`, English for those without a catalogue. */
export function languageOf(tag: string | null | undefined): Language {
  const primary = (tag ?? '').toLowerCase().split(/[-_]/)[0]!;
  return LANGUAGES.find((language) => language === primary) ?? 'en';
}
