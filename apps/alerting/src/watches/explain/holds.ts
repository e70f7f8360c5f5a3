import type { SourceState, WatchHold } from '@souk/contracts';
import { microsText } from '../../alerts/amounts.ts';
import type { Memory } from '../../alerts/restraint.ts';
import type { Text } from '../../conversation/reply.ts';
import { said, worded } from '../../texts/said.ts';
import type { StoredWatch } from '../stored-watch.ts';

const DAY_MS = 86_400_000;

/** What keeps a watch itself silent at present. */
export function watchHolds(watch: StoredWatch, memory: Memory, now: Date): WatchHold[] {
  const holds: WatchHold[] = [];
  const hold = (kind: string, text: Text, until: Date | null = null): void =>
    void holds.push({ kind, ...worded(text), until: until?.toISOString() ?? null });
  const at = (instant: Date) => ({ at: instant.toISOString() });
  const { expiresAt, snoozedUntil, cooldownSeconds, dailyCap } = watch;
  if (watch.paused) hold('paused', said('hold.paused'));
  if (expiresAt && expiresAt <= now) hold('expired', said('hold.expired', { at: at(expiresAt) }));
  if (snoozedUntil && snoozedUntil > now)
    hold('snoozed', said('hold.snoozed', { until: at(snoozedUntil) }), snoozedUntil);
  const [last] = memory.raisedAt;
  if (last && cooldownSeconds !== null) {
    const until = new Date(last.getTime() + cooldownSeconds * 1_000);
    if (until > now) hold('cooldown', said('hold.cooldown', { until: at(until) }), until);
  }
  const today = memory.raisedAt.filter((raised) => raised.getTime() > now.getTime() - DAY_MS);
  if (dailyCap !== null && today.length >= dailyCap) {
    const until = new Date(today[dailyCap - 1]!.getTime() + DAY_MS);
    hold('daily-cap', said('hold.daily-cap', { count: dailyCap }), until);
  }
  const [held] = memory.disarmed.values();
  if (held) {
    const level = { amount: microsText(held.level, held.currency), currency: held.currency };
    hold('hysteresis', said(`hold.hysteresis-${held.rearmsAbove ? 'above' : 'below'}`, { level }));
  }
  return holds;
}

/** What keeps prices of a source from being known, or from being told. */
export function sourceHolds(source: string, sources: readonly SourceState[]): WatchHold[] {
  const state = sources.find((one) => one.source === source);
  if (!state) return [];
  const holds: WatchHold[] = [];
  if (state.policy?.mayAlert === false)
    holds.push({ kind: 'no-alerts', ...worded(said('hold.no-alerts', { source })), until: null });
  const { failures: count, lastSucceededAt } = state;
  if (count > 0) {
    const text = lastSucceededAt
      ? said('hold.source-failed-since', { source, count, since: { at: lastSucceededAt } })
      : said('hold.source-failed', { source, count });
    holds.push({ kind: 'source-failed', ...worded(text), until: null });
  }
  return holds;
}
