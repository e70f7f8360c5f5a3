import type { Wording } from '@souk/contracts';
import { toMicros } from '@souk/money';
import { said, worded } from '../texts/said.ts';
import type { StoredWatch } from '../watches/stored-watch.ts';
import { microsText, saidAmount } from './amounts.ts';
import type { Crossing, Mute, PlacedDeal } from './crossings.ts';

const DAY_MS = 86_400_000;

/** Of an offer the watch speaks again only once its price has come to this level. */
export interface Disarmed {
  watchId: string;
  accountId: string;
  offerId: string;
  productId: string;
  currency: string;
  /** Millionths of the currency's unit. */
  level: number;
  rearmsAbove: boolean;
}

/** What a watch that restrains itself remembers of its alerts. */
export interface Memory {
  /** Newest first. */
  raisedAt: readonly Date[];
  /** By offer. */
  disarmed: ReadonlyMap<string, Disarmed>;
}

export type Silence = Mute | 'expired' | 'snoozed' | 'hysteresis' | 'cooldown' | 'daily-cap';

/** A crossing that raises no alert, and why. */
export interface Suppressed {
  crossing: Crossing;
  kind: Silence;
  sentence: string;
  said: Wording;
}

export interface Restrained {
  raised: Crossing[];
  suppressed: Suppressed[];
  memory: Memory;
}

/** Whether the watch has to remember its alerts at all. */
export const hasMemory = ({ hysteresisPercent, cooldownSeconds, dailyCap }: StoredWatch): boolean =>
  hysteresisPercent !== null || cooldownSeconds !== null || dailyCap !== null;

/**
 * Decides which crossings of one watch become alerts, in the order of the prices. All prices of the batch are looked
 * at where they could arm an offer again.
 */
export function restrain(
  watch: StoredWatch,
  crossings: readonly Crossing[],
  deals: readonly PlacedDeal[],
  memory: Memory,
  now: Date,
): Restrained {
  const disarmed = new Map(memory.disarmed);
  let raisedAt = [...memory.raisedAt];
  const raised: Crossing[] = [];
  const suppressed: Suppressed[] = [];
  const byPlace = new Map(crossings.map((crossing) => [crossing.place, crossing]));
  const places = watch.hysteresisPercent === null ? byPlace.keys() : deals.keys();
  for (const place of places) {
    const placed = deals[place]!;
    const offerId = placed.deal.offerId;
    const held = disarmed.get(offerId);
    if (held && !placed.mute && rearms(held, placed)) disarmed.delete(offerId);
    const crossing = byPlace.get(place);
    if (!crossing) continue;
    const silence = silenceOf(crossing, { raisedAt, disarmed }, now);
    if (silence) {
      suppressed.push({ crossing, ...silence });
      continue;
    }
    raised.push(crossing);
    if (hasMemory(watch)) raisedAt = [now, ...raisedAt].slice(0, watch.dailyCap ?? 1);
    if (watch.hysteresisPercent !== null)
      disarmed.set(offerId, disarmedBy(crossing, watch.hysteresisPercent));
  }
  return { raised, suppressed, memory: { raisedAt, disarmed } };
}

function silenceOf(
  { placed, watch }: Crossing,
  memory: Memory,
  now: Date,
): Omit<Suppressed, 'crossing'> | null {
  const { deal, mute } = placed;
  const { expiresAt, snoozedUntil, cooldownSeconds, dailyCap } = watch;
  const price = saidAmount(deal.priceMinor, deal.currency);
  if (mute) return { kind: mute, ...worded(said(`silence.${mute}`, { price })) };
  if (expiresAt && expiresAt <= now)
    return { kind: 'expired', ...worded(said('silence.expired', { price })) };
  if (snoozedUntil && snoozedUntil > now) {
    const until = { at: snoozedUntil.toISOString() };
    return { kind: 'snoozed', ...worded(said('silence.snoozed', { price, until })) };
  }
  const held = memory.disarmed.get(deal.offerId);
  if (held) {
    const level = { amount: microsText(held.level, held.currency), currency: held.currency };
    const side = held.rearmsAbove ? 'above' : 'below';
    return { kind: 'hysteresis', ...worded(said(`silence.hysteresis-${side}`, { price, level })) };
  }
  const [last] = memory.raisedAt;
  const restsUntilMs = (last?.getTime() ?? 0) + (cooldownSeconds ?? 0) * 1_000;
  if (last && cooldownSeconds !== null && now.getTime() < restsUntilMs) {
    const until = { at: new Date(restsUntilMs).toISOString() };
    return { kind: 'cooldown', ...worded(said('silence.cooldown', { price, until })) };
  }
  const today = memory.raisedAt.filter((at) => at.getTime() > now.getTime() - DAY_MS).length;
  if (dailyCap !== null && today >= dailyCap)
    return { kind: 'daily-cap', ...worded(said('silence.daily-cap', { price, count: dailyCap })) };
  return null;
}

const RISES = new Set(['priceAbove', 'priceRisePercent', 'priceRiseAmount']);

/** How far the price has to move away, in the direction opposite to what was told, before the offer is told again. */
function disarmedBy({ placed, watch, crossed }: Crossing, percent: number): Disarmed {
  const { deal } = placed;
  const rearmsAbove = !crossed.every(({ kind }) => RISES.has(kind));
  const price = toMicros(deal.priceMinor, deal.currency);
  const part = rearmsAbove ? 1 + percent / 100 : 1 - percent / 100;
  const level = rearmsAbove ? Math.ceil(price * part) : Math.floor(price * part);
  return {
    watchId: watch.id,
    accountId: watch.accountId,
    offerId: deal.offerId,
    productId: deal.productId,
    currency: deal.currency,
    level,
    rearmsAbove,
  };
}

function rearms({ level, currency, rearmsAbove }: Disarmed, { deal }: PlacedDeal): boolean {
  if (deal.currency !== currency) return false;
  const price = toMicros(deal.priceMinor, currency);
  return rearmsAbove ? price >= level : price <= level;
}
