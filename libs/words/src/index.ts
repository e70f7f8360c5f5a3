export { amountsIn } from './amounts.ts';
export type { Condition } from './conditions.ts';
export { INTENTS, type Intent } from './intents.ts';
export { otherNames } from './other-names.ts';
export { type SaidSettings, settingsIn } from './said-settings.ts';
export { parseWords, UNSURE, type Words } from './parse-words.ts';
