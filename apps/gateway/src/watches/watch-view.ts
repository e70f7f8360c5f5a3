import type { Watch } from '@souk/contracts';
import type { WatchView } from './watch.schemas.ts';

/** A watch as clients see it: every member is there. */
export function watchView(watch: Watch): WatchView {
  const { id, product, productId, when, channels, paused, createdAt } = watch;
  return {
    id,
    name: watch.name ?? null,
    tags: watch.tags ?? [],
    product,
    target: watch.target ?? { kind: 'product', ...product },
    productId,
    when,
    channels,
    paused,
    state: watch.state ?? 'active',
    cooldownSeconds: watch.cooldownSeconds ?? null,
    hysteresisPercent: watch.hysteresisPercent ?? null,
    dailyCap: watch.dailyCap ?? null,
    snoozedUntil: watch.snoozedUntil ?? null,
    expiresAt: watch.expiresAt ?? null,
    createdAt,
  };
}
