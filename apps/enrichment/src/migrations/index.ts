import { busMigrations } from '@souk/bus';
import type { Migration } from '@souk/service';
import { Listings1763600100000 } from './1763600100000-listings.ts';

/** Every migration of the enrichment schema, in order; forward only. */
export const migrations: Migration[] = [...busMigrations, Listings1763600100000];
