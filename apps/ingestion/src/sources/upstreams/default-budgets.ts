import type { UpstreamBudget } from '@souk/contracts';
import type { AdapterBudget } from '../adapter.ts';
import type { Source } from '../source-registry.ts';

type Wanted = Pick<Source, 'upstream' | 'adapter' | 'config'>;

/** The budgets that adapters bring along, one for each account; sources that share one get what suits all of them. */
export function defaultBudgets(sources: readonly Wanted[]): UpstreamBudget[] {
  return [...Map.groupBy(sources, ({ upstream }) => upstream)].map(([upstream, sharing]) => ({
    upstream,
    ...sharing.map(({ adapter, config }) => complete(adapter.defaultBudget(config))).reduce(strictest),
  }));
}

/** The most permits that the budget ever gives at once. */
export const mostAtOnce = ({ burst, windows = [] }: AdapterBudget): number =>
  Math.min(burst, ...windows.map(({ calls }) => calls));

type Complete = Omit<UpstreamBudget, 'upstream'>;

const complete = (budget: AdapterBudget): Complete => ({
  windows: [],
  guardMs: null,
  dailyBudget: null,
  ...budget,
});

/** The slower one's rate; the windows of both, of those of one length the stricter; the smaller daily budget. */
function strictest(one: Complete, other: Complete): Complete {
  const [slower, faster] = one.ratePerSecond <= other.ratePerSecond ? [one, other] : [other, one];
  const ofFaster = { calls: faster.burst, seconds: faster.burst / faster.ratePerSecond };
  const isSame = slower.burst === faster.burst && slower.ratePerSecond === faster.ratePerSecond;
  const windows = [...slower.windows, ...faster.windows, ...(isSame ? [] : [ofFaster])];
  const byLength = Map.groupBy(windows, ({ seconds }) => seconds);
  const daily = [one.dailyBudget, other.dailyBudget].filter((budget) => budget !== null);
  return {
    ratePerSecond: slower.ratePerSecond,
    burst: slower.burst,
    windows: [...byLength].map(([seconds, all]) => ({
      seconds,
      calls: Math.min(...all.map(({ calls }) => calls)),
    })),
    guardMs: one.guardMs ?? other.guardMs,
    dailyBudget: daily.length > 0 ? Math.min(...daily) : null,
  };
}
