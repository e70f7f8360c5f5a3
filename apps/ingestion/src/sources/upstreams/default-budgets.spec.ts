import { UpstreamBudget } from '@souk/contracts';
import type { AdapterBudget } from '../adapter.ts';
import { ADAPTERS } from '../adapters.ts';
import { amazonAdapter } from '../amazon/amazon.adapter.ts';
import { defaultBudgets, mostAtOnce } from './default-budgets.ts';

const source = (upstream: string, budget: AdapterBudget) => ({
  upstream,
  adapter: { ...amazonAdapter, defaultBudget: () => budget },
  config: {},
});

describe('budgets that adapters bring along', () => {
  it.each(Object.entries(ADAPTERS))('of %s are such that quota takes them', (_name, adapter) => {
    const [budget] = defaultBudgets([{ upstream: 'account', adapter, config: { tokensPerMinute: 20 } }]);
    expect(UpstreamBudget.safeParse(budget).error).toBeUndefined();
  });

  it('are Amazon’s limits of the first 30 days', () => {
    const sources = ['in', 'in'].map((upstream) => ({ upstream, adapter: amazonAdapter, config: {} }));
    expect(defaultBudgets(sources)).toEqual([
      {
        ...{ upstream: 'in', ratePerSecond: 1, burst: 10, guardMs: null, dailyBudget: 8_640 },
        windows: [{ calls: 1, seconds: 1 }],
      },
    ]);
  });

  it('are kept all at once by sources that share an account', () => {
    const sources = [
      source('shared', {
        ratePerSecond: 10,
        burst: 20,
        windows: [{ calls: 4, seconds: 1 }],
        dailyBudget: 50,
      }),
      source('shared', { ratePerSecond: 1, burst: 5, windows: [{ calls: 3, seconds: 1 }] }),
      source('alone', { ratePerSecond: 9, burst: 9 }),
    ];
    expect(defaultBudgets(sources)).toEqual([
      {
        ...{ upstream: 'shared', ratePerSecond: 1, burst: 5, guardMs: null, dailyBudget: 50 },
        windows: [
          { seconds: 1, calls: 3 },
          { seconds: 2, calls: 20 },
        ],
      },
      { upstream: 'alone', ratePerSecond: 9, burst: 9, windows: [], guardMs: null, dailyBudget: null },
    ]);
  });

  it('say how many permits can be had at once', () => {
    expect(mostAtOnce({ ratePerSecond: 1, burst: 10, windows: [{ calls: 3, seconds: 1 }] })).toBe(3);
    expect(mostAtOnce({ ratePerSecond: 1, burst: 10 })).toBe(10);
  });
});
