import type { Window } from './windows-check.ts';

/** A budget to be kept, as the settings of quota name it, and how many of each worker's askers want it. */
export interface ProvenBudget {
  upstream: string;
  ratePerSecond: number;
  burst: number;
  windows?: { calls: number; seconds: number }[];
  askersPerWorker: number;
}

export const BUDGETS: readonly ProvenBudget[] = [
  { upstream: 'one-a-second', ratePerSecond: 1, burst: 1, askersPerWorker: 1 },
  { upstream: 'ten-in-ten', ratePerSecond: 1, burst: 10, askersPerWorker: 2 },
  {
    upstream: 'two-windows',
    ratePerSecond: 2,
    burst: 20,
    windows: [{ calls: 4, seconds: 1 }],
    askersPerWorker: 1,
  },
  { upstream: 'twenty-a-second', ratePerSecond: 20, burst: 20, askersPerWorker: 2 },
  { upstream: 'two-hundred-leased', ratePerSecond: 200, burst: 200, askersPerWorker: 8 },
];

export const windowsOf = ({ ratePerSecond, burst, windows = [] }: ProvenBudget): Window[] => [
  { calls: burst, periodMs: (burst / ratePerSecond) * 1_000 },
  ...windows.map(({ calls, seconds }) => ({ calls, periodMs: seconds * 1_000 })),
];

/** The setting SOUK_QUOTA_UPSTREAMS. */
export const setting = (): string =>
  JSON.stringify(
    BUDGETS.map(({ upstream, ratePerSecond, burst, windows = [] }) => ({
      ...{ upstream, ratePerSecond, burst, windows },
    })),
  );

/** Budgets of this rate and above are leased. */
export const LEASED_FROM_PER_SECOND = 100;
