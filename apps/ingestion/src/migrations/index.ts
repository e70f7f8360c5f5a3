import { busMigrations } from '@souk/bus';
import { Ingestion1763600100000 } from './1763600100000-ingestion.ts';

export const migrations = [...busMigrations, Ingestion1763600100000];
