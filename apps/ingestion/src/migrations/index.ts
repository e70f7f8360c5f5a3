import { busMigrations } from '@souk/bus';
import type { Migration } from '@souk/service';
import { ExchangeRates1763720000000 } from './1763720000000-exchange-rates.ts';
import { Ingestion1763600100000 } from './1763600100000-ingestion.ts';
import { IngestionTenantsReadOnce1764010000000 } from './1764010000000-tenants-read-once.ts';
import { Jobs1763730000000 } from './1763730000000-jobs.ts';
import { LookUpProblems1763740000000 } from './1763740000000-look-up-problems.ts';
import { Planner1763710000000 } from './1763710000000-planner.ts';
import { Sources1763700100000 } from './1763700100000-sources.ts';

/** In the order in which they run; only ever added to. */
export const migrations: Migration[] = [
  ...busMigrations,
  Ingestion1763600100000,
  Sources1763700100000,
  Planner1763710000000,
  ExchangeRates1763720000000,
  Jobs1763730000000,
  LookUpProblems1763740000000,
  IngestionTenantsReadOnce1764010000000,
];
