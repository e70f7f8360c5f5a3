import type { Preference } from '@souk/contracts';
import { quietUntil } from './when.ts';

/** Why something is not told in a channel at all; it stays in the inbox. */
export type Withheld = 'minimum-score' | 'daily-limit' | 'gone' | 'told';

/** Whether a channel is told something now. */
export type Speech =
  | { say: 'now' }
  | { say: 'later'; until: Date; reason: string }
  | { say: 'never'; as: Withheld; reason: string };

/** What is decided about. */
export interface Utterance {
  /** 0 to 100; null while too little is known. */
  score: number | null;
  /** A confirmed price error, or a digest: told whatever its score, and beyond the day's limit. */
  isUnlimited: boolean;
  /** Somebody asked for it by hand. */
  isAskedFor: boolean;
}

/**
 * Decides by how a channel wants to be spoken to. Quiet hours hold everything that nobody asked for by hand, price
 * errors too: whoever sleeps does not buy. What has no score yet is not below any.
 */
export function decideSpeech(
  { score, isUnlimited, isAskedFor }: Utterance,
  preference: Preference,
  { now, toldToday }: { now: Date; toldToday: number },
): Speech {
  if (isAskedFor) return { say: 'now' };
  const { minimumScore, alertsPerDay, quietTo, digest } = preference;
  if (!isUnlimited && minimumScore !== null && score !== null && score < minimumScore) {
    const reason = `its score ${Math.round(score)} is below the ${minimumScore} that this channel asks for`;
    return { say: 'never', as: 'minimum-score', reason };
  }
  const until = quietUntil(preference, now);
  if (until) return { say: 'later', until, reason: `quiet hours until ${quietTo}` };
  if (!isUnlimited && alertsPerDay !== null && toldToday >= alertsPerDay) {
    const where = digest === 'off' ? 'it is in the inbox only' : 'it comes with the next digest';
    const reason = `the day's ${alertsPerDay} alerts of this channel were told; ${where}`;
    return { say: 'never', as: 'daily-limit', reason };
  }
  return { say: 'now' };
}
