import { busMigrations } from '@souk/bus';
import { Idempotency1763610000000 } from './1763610000000-idempotency.ts';
/** In their order, for ever: a migration that was released is never changed. */
export const migrations = [...busMigrations, Idempotency1763610000000];
