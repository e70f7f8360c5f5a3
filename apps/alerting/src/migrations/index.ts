import { busMigrations } from '@souk/bus';
import { WatchRules1763802300000 } from './1763802300000-watch-rules.ts';
import { Tables1763600100000 } from './tables.ts';

export const migrations = [...busMigrations, Tables1763600100000, WatchRules1763802300000];
