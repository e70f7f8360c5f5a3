import { CHART_WORDS, type ChartWords, type Reader } from '@souk/chart';
import { CATALOGUES, type Language } from '../texts/languages.ts';

const NAMES = Object.keys(CHART_WORDS) as (keyof ChartWords)[];

/** For whom a chart is drawn: words, figures and dates of a language, days and hours of a time zone. */
export const chartReader = (language: Language, timeZone: string): Reader => ({
  locale: language,
  timeZone,
  words: Object.fromEntries(
    NAMES.map((name) => [name, CATALOGUES[language][`drawing.${name}`]]),
  ) as ChartWords,
});
