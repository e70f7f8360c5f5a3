import { busMigrations } from '@souk/bus';
import type { Migration } from '@souk/service';
import { Ledger1763700000000 } from './ledger.ts';

/** In the order in which they run; only ever added to. */
export const migrations: Migration[] = [...busMigrations, Ledger1763700000000];
