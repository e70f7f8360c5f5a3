import { busMigrations } from '@souk/bus';
import { Tables1763600100000 } from './tables.ts';

export const migrations = [...busMigrations, Tables1763600100000];
