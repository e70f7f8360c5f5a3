import type { Watch, WatchConditions, WatchState, WatchTarget } from '@souk/contracts';
import type { Named } from './binding.ts';

/** When a watch keeps silent although it could speak. */
export interface Restraint {
  cooldownSeconds: number | null;
  hysteresisPercent: number | null;
  dailyCap: number | null;
  snoozedUntil: Date | null;
  expiresAt: Date | null;
}

/** A watch as it is stored. */
export interface StoredWatch extends Restraint {
  id: string;
  accountId: string;
  /** Of a watch on one product, else null. */
  source: string | null;
  product: string | null;
  /** Of a watch on many listings, else null. */
  target: Exclude<WatchTarget, { kind: 'product' }> | null;
  /** The listing that a watch on one product is bound to. */
  productId: string | null;
  /** The listing was named by its id and stays the one. */
  pinned: boolean;
  name: string | null;
  tags: string[];
  conditions: WatchConditions;
  channels: string[];
  paused: boolean;
  createdAt: Date;
}

export const WATCH_COLUMNS = `id, account_id as "accountId", source, product, target, product_id as "productId", pinned,
  conditions, channels, paused, created_at as "createdAt", name, tags, cooldown_seconds as "cooldownSeconds",
  hysteresis_percent as "hysteresisPercent", daily_cap as "dailyCap", snoozed_until as "snoozedUntil",
  expires_at as "expiresAt"`;

/** What a watch on one product names; null of the others. */
export const namedBy = ({ accountId, source, product, pinned, productId }: StoredWatch): Named | null =>
  source === null || product === null ? null : { accountId, source, product, pinned, productId };

export function stateOf(watch: StoredWatch, now: Date): WatchState {
  if (watch.paused) return 'paused';
  if (watch.expiresAt && watch.expiresAt <= now) return 'expired';
  if (watch.snoozedUntil && watch.snoozedUntil > now) return 'snoozed';
  return watch.target === null && watch.productId === null ? 'waiting' : 'active';
}

/** A watch as its account sees it. */
export function shownWatch(watch: StoredWatch, now: Date): Watch {
  const named = namedBy(watch);
  const product = named && { source: named.source, product: named.product };
  return {
    id: watch.id,
    name: watch.name,
    tags: watch.tags,
    product,
    target: watch.target ?? { kind: 'product', ...product! },
    productId: watch.productId,
    when: watch.conditions,
    channels: watch.channels,
    paused: watch.paused,
    state: stateOf(watch, now),
    cooldownSeconds: watch.cooldownSeconds,
    hysteresisPercent: watch.hysteresisPercent,
    dailyCap: watch.dailyCap,
    snoozedUntil: watch.snoozedUntil?.toISOString() ?? null,
    expiresAt: watch.expiresAt?.toISOString() ?? null,
    createdAt: watch.createdAt.toISOString(),
  };
}
