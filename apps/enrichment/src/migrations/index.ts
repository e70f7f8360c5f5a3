import { busMigrations } from '@souk/bus';
import type { Migration } from '@souk/service';
import { Links1763700100000 } from './1763700100000-links.ts';
import { Listings1763600100000 } from './1763600100000-listings.ts';
import { RankedTitles1763803300000 } from './1763803300000-ranked-titles.ts';

/** In the order in which they run; only ever added to. */
export const migrations: Migration[] = [
  ...busMigrations,
  Listings1763600100000,
  Links1763700100000,
  RankedTitles1763803300000,
];
