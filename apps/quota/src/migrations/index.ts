import { busMigrations } from '@souk/bus';
import { Quota1763600200000 } from './1763600200000-quota.ts';

export const migrations = [...busMigrations, Quota1763600200000];
