import { busMigrations } from '@souk/bus';
import type { Migration } from '@souk/service';
import { Quota1763600200000 } from './1763600200000-quota.ts';
import { DefaultBudgets1763740200000 } from './1763740200000-default-budgets.ts';
import { QuotaWindows1763700200000 } from './1763700200000-windows.ts';

/** In the order in which they run; only ever added to. */
export const migrations: Migration[] = [
  ...busMigrations,
  Quota1763600200000,
  QuotaWindows1763700200000,
  DefaultBudgets1763740200000,
];
