import { Counter } from 'prom-client';

export interface TierCounts {
  hits: number;
  misses: number;
}

const followed = new Set<LookupCounts>();

/** Added up only when somebody asks for the metrics: counting twice would cost more than the look-up. */
export const lookupOutcomes = new Counter({
  name: 'souk_gateway_lookups_total',
  help: 'Look-ups by what was looked up, where, and whether it was known there.',
  labelNames: ['kind', 'tier', 'outcome'] as const,
  collect() {
    this.reset();
    for (const { kind, tiers } of followed) {
      for (const [tier, { hits, misses }] of tiers) {
        this.inc({ kind, tier, outcome: 'hit' }, hits);
        this.inc({ kind, tier, outcome: 'miss' }, misses);
      }
    }
  },
});

/** How often each tier knew, since this process started. */
export class LookupCounts {
  readonly tiers = new Map<string, TierCounts>();
  /** Products of which something was kept when a fact made it outdated. */
  forgotten = 0;

  constructor(readonly kind: string) {
    followed.add(this);
  }

  note(tier: string, isHit: boolean): void {
    const counts = this.of(tier);
    if (isHit) counts.hits += 1;
    else counts.misses += 1;
  }

  of(tier: string): TierCounts {
    let counts = this.tiers.get(tier);
    if (!counts) {
      counts = { hits: 0, misses: 0 };
      this.tiers.set(tier, counts);
    }
    return counts;
  }
}
