import type { SourceState } from '@souk/contracts';
import type { SourceAdapter } from './adapter.ts';
import { type MessageRetention, policyWarnings } from './source-policy.ts';
import type { Source } from './source-registry.ts';
import type { SourceRow } from './source.store.ts';

const ABILITIES = ['catalogue', 'lookup', 'search', 'variations', 'categories'] as const;

/** How a source fares, with its rules; `source` is missing where the asked process has no settings of it. */
export function sourceState(row: SourceRow, source: Source | undefined, kept: MessageRetention): SourceState {
  const { adapter, intervalMs, failures, lastError, servedElsewhere } = row;
  return {
    source: row.source,
    adapter,
    intervalMs,
    lastPolledAt: row.polledAt?.toISOString() ?? null,
    lastSucceededAt: row.succeededAt?.toISOString() ?? null,
    failures,
    lastError,
    quarantinedRun: row.quarantinedAt && {
      at: row.quarantinedAt.toISOString(),
      reason: row.quarantineReason ?? '',
      items: row.quarantinedItems ?? 0,
      expected: row.goodRunItems,
    },
    servedElsewhere,
    ...(source && {
      adapterVersion: source.adapter.version,
      abilities: ABILITIES.filter((ability) => can(source.adapter, ability)),
      upstream: source.upstream,
      ...(source.marketplace !== undefined && { marketplace: source.marketplace }),
      order: source.order,
      policy: source.policy,
      canaries:
        source.entry.canaries.length === 0
          ? null
          : {
              products: source.entry.canaries,
              checkedAt: row.canaryCheckedAt?.toISOString() ?? null,
              failures: row.canaryFailures,
              lastError: row.canaryError,
            },
      warnings: [...policyWarnings(source.policy, kept), ...problemsInWords(row)],
    }),
  };
}

/** Single products that cannot be read do not make the source fail, and must be seen all the same. */
function problemsInWords({ withoutPrice, problems }: SourceRow): string[] {
  if (problems.length === 0) return [];
  const named = problems.map(({ product, problem }) => `${product}: ${problem}`).join('; ');
  const more = withoutPrice > problems.length ? '; …' : '';
  return [`${withoutPrice} watched products came without a price at their last look-up: ${named}${more}`];
}

/** A feed is a catalogue, brought another way. */
const can = (adapter: SourceAdapter, ability: (typeof ABILITIES)[number]): boolean =>
  adapter[ability] !== undefined || (ability === 'catalogue' && adapter.feed !== undefined);
