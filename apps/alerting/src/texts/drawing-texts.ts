import { CHART_WORDS } from '@souk/chart';

/** What stands in charts beside their figures. */
export const DRAWING_TEXTS = Object.fromEntries(
  Object.entries(CHART_WORDS).map(([name, words]) => [`drawing.${name}`, words]),
) as { readonly [Name in keyof typeof CHART_WORDS as `drawing.${Name}`]: (typeof CHART_WORDS)[Name] };
