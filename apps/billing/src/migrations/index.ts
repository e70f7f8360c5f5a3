import { busMigrations } from '@souk/bus';
import type { Migration } from '@souk/service';
import { UsageWithoutReference1764000000000 } from './1764000000000-usage-without-reference.ts';
import { TenantsReadOnce1764010000000 } from './1764010000000-tenants-read-once.ts';
import { Ledger1763700000000 } from './ledger.ts';

/** In the order in which they run; only ever added to. */
export const migrations: Migration[] = [
  ...busMigrations,
  Ledger1763700000000,
  UsageWithoutReference1764000000000,
  TenantsReadOnce1764010000000,
];
