import { busMigrations } from '@souk/bus';
import type { Migration } from '@souk/service';
import { PriceHistory1763600200000 } from './1763600200000-price-history.ts';

/** Every migration of the scoring schema, in order; forward only. */
export const migrations: Migration[] = [...busMigrations, PriceHistory1763600200000];
