import type { SourceState, WatchHold } from '@souk/contracts';
import { microsText } from '../../alerts/amounts.ts';
import type { Memory } from '../../alerts/restraint.ts';
import type { StoredWatch } from '../stored-watch.ts';

const DAY_MS = 86_400_000;

/** What keeps a watch itself silent at present. */
export function watchHolds(watch: StoredWatch, memory: Memory, now: Date): WatchHold[] {
  const holds: WatchHold[] = [];
  const hold = (kind: string, sentence: string, until: Date | null): void =>
    void holds.push({ kind, sentence, until: until?.toISOString() ?? null });
  if (watch.paused) hold('paused', 'the watch is paused', null);
  if (watch.expiresAt && watch.expiresAt <= now)
    hold('expired', `the watch expired at ${watch.expiresAt.toISOString()}`, null);
  if (watch.snoozedUntil && watch.snoozedUntil > now)
    hold('snoozed', `snoozed until ${watch.snoozedUntil.toISOString()}`, watch.snoozedUntil);
  const [last] = memory.raisedAt;
  if (last && watch.cooldownSeconds !== null) {
    const until = new Date(last.getTime() + watch.cooldownSeconds * 1_000);
    if (until > now) hold('cooldown', `rests until ${until.toISOString()} after its last alert`, until);
  }
  const today = memory.raisedAt.filter((at) => at.getTime() > now.getTime() - DAY_MS);
  if (watch.dailyCap !== null && today.length >= watch.dailyCap) {
    const until = new Date(today[watch.dailyCap - 1]!.getTime() + DAY_MS);
    hold('daily-cap', `${watch.dailyCap} alerts within 24 hours are its limit`, until);
  }
  const [held] = memory.disarmed.values();
  if (held) {
    const level = `${microsText(held.level, held.currency)} ${held.currency}`;
    const side = held.rearmsAbove ? 'above' : 'below';
    hold('hysteresis', `speaks again once the price has been ${side} ${level}`, null);
  }
  return holds;
}

/** What keeps prices of a source from being known, or from being told. */
export function sourceHolds(source: string, sources: readonly SourceState[]): WatchHold[] {
  const state = sources.find((one) => one.source === source);
  if (!state) return [];
  const holds: WatchHold[] = [];
  if (state.policy?.mayAlert === false)
    holds.push({ kind: 'no-alerts', sentence: `${source} does not allow alerts on its prices`, until: null });
  if (state.failures > 0)
    holds.push({
      kind: 'source-failed',
      sentence: `${source} could not be read ${state.failures === 1 ? 'once' : `${state.failures} times`} in a row${state.lastSucceededAt ? ` since ${state.lastSucceededAt}` : ''}`,
      until: null,
    });
  return holds;
}

/** How long ago, in the largest unit that fits. */
export function agoText(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1_000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}
