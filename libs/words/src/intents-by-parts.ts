import { type Named, saysOnly, why } from './intents-by-meaning.ts';
import type { Intent } from './intents.ts';
import { meanings as m } from './meanings.ts';
import * as asked from './parts-of-questions.ts';
import * as setting from './parts-of-settings.ts';
import * as watched from './parts-of-watches.ts';

const has = (text: string, ...all: readonly RegExp[]): boolean => all.every((pattern) => pattern.test(text));

/**
 * What is meant whatever else stands in a sentence, since its parts leave no other sense; asked before the rules of
 * `intents.ts`, which would take a part of it for the whole.
 */
export function intentBySureParts(text: string, { hasProduct, hasBudget }: Named): Intent | undefined {
  if (why.test(text)) return !hasProduct && !hasBudget && asked.explains(text) ? 'explain' : undefined;
  if (setting.setsLanguage(text) || setting.setsCurrency(text)) return 'settings';
  if (asked.useOfIt.test(text) && !hasProduct) return 'help';
  if (has(text, setting.night, watched.refusal, setting.disturbing) && !hasProduct) return 'settings';
  if (!hasBudget && (watched.leaving.test(text) || watched.ending.test(text))) return 'stop';
  if (has(text, watched.adding, watched.listNoun) && !has(text, watched.refusal)) return 'watch';
  if (has(text, m.reminded, m.happens) && (has(text, m.change) || asked.dealNoun.test(text))) return 'watch';
  if (!hasProduct && !hasBudget && asked.explains(text)) return 'explain';
  const isOfAlerts = watched.alertNoun.test(text);
  const times = setting.clocksIn(text);
  if (setting.quiet.test(text) && times >= 2 && !hasProduct) return 'settings';
  if (isOfAlerts && setting.partOfDay.test(text)) return 'settings';
  if (watched.breakOver.test(text)) return 'resume';
  if (isOfAlerts && watched.breaking.test(text) && !has(text, m.onceMore)) return 'pause';
  const isRefused = has(text, watched.refusal) || has(text, m.removed);
  if (isOfAlerts && isRefused && !hasProduct && !/%/u.test(text)) {
    if (times >= 2 || (times === 1 && setting.pastThat.test(text) && !has(text, m.reminded)))
      return 'settings';
    if (
      (has(text, watched.lasting) || has(text, m.meanwhile)) &&
      !has(text, m.happens) &&
      !has(text, m.reminded)
    )
      return 'pause';
  }
  if (!hasProduct && setting.scoreLimit.test(text)) return 'settings';
  if (
    !hasBudget &&
    has(text, watched.refusal, watched.needed, watched.anyMore) &&
    (isOfAlerts || has(text, m.tracked))
  )
    return 'stop';
  if (!hasBudget && watched.bought.test(text) && (isOfAlerts || has(text, m.removed))) return 'stop';
  if (
    isOfAlerts &&
    !hasBudget &&
    has(text, m.removed) &&
    !has(text, m.inform, m.happens) &&
    !has(text, m.meanwhile)
  )
    return 'stop';
  return undefined;
}

/** What the parts of a sentence come to when no rule spoke: a telling and a condition are a watch, in any order. */
export function intentByParts(text: string, { hasProduct, hasBudget }: Named): Intent | undefined {
  if (has(text, m.inform, m.happens) && !asked.asksForAny.test(text)) return 'watch';
  if (watched.watchNoun.test(text)) return 'watch';
  if (asked.stands.test(text) && (asked.twoNamed.test(text) || !hasProduct)) return 'compare';
  if (hasBudget) return undefined;
  if (asked.namesRivals(text)) return 'compare';
  const isOfAlerts = watched.alertNoun.test(text);
  if (isOfAlerts && has(text, m.onceMore, m.turnedOn)) return 'resume';
  if (hasProduct) return undefined;
  if (has(text, m.inform, m.change)) return 'watch';
  if ((has(text, m.later) || has(text, watched.lasting)) && has(text, watched.oncemore)) return 'snooze';
  if (has(text, watched.parked)) return 'snooze';
  if (watched.goingOn.test(text) && saysOnly(text, m.turnedOn, m.onceMore, m.now, m.alert)) return 'resume';
  if (isOfAlerts && has(text, m.asked) && saysOnly(text, m.asked, m.alert, m.tracked, m.active))
    return 'watches';
  if (
    has(text, m.later) &&
    saysOnly(text, m.later, m.reminded, watched.lasting, setting.clocks, watched.vaguely)
  )
    return 'snooze';
  if (has(text, m.cheap) && saysOnly(text, m.cheap, m.now, m.asked, m.deal)) return 'deals';
  return undefined;
}
