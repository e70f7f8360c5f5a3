import { Instant, lifetimeMsOf, Provenance } from '@souk/contracts';
import type { Tx } from '@souk/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';

/** What messages say of how long the prices in them may be kept, whichever event they are. */
const PayloadWithPolicy = z.object({
  time: Instant,
  data: z.object({ collectedAt: Instant.optional(), policy: Provenance.policy.unwrap() }),
});

/**
 * Until when a message that was parked or given up may be kept: for as long as the prices in it; null where nothing
 * limits that. Also of messages that break their contract elsewhere.
 * @param payload the envelope as it came
 */
export function keepUntil(payload: string): Date | null {
  let raw: unknown;
  try {
    raw = JSON.parse(payload);
  } catch {
    return null;
  }
  const read = PayloadWithPolicy.safeParse(raw);
  if (!read.success) return null;
  const { time, data } = read.data;
  const lifetimeMs = lifetimeMsOf(data.policy);
  return lifetimeMs === null ? null : new Date(Date.parse(data.collectedAt ?? time) + lifetimeMs);
}

/** Deletes what was parked or given up and may be kept no longer; answers how many messages that were. */
export async function deleteExpiredPayloads(tx: Tx, now: Date): Promise<number> {
  const parked = await tx.query('delete from bus_parked where keep_until <= $1 returning 1', [now]);
  const letters = await tx.query('delete from bus_dead_letter where keep_until <= $1 returning 1', [now]);
  return parked.length + letters.length;
}

/** Messages that wait or were given up carry until when they may be kept; those there already are given it too. */
export class KeptPayloads1764200000000 implements MigrationInterface {
  name = 'KeptPayloads1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, since] of [
      ['bus_parked', 'parked_at'],
      ['bus_dead_letter', 'failed_at'],
    ]) {
      await runner.query(`
        alter table ${table} add column keep_until timestamptz;
        update ${table} set keep_until = ${since}
            + substring(payload from '"cacheLifetimeMs": ?([0-9]{1,15})')::bigint * interval '1 millisecond'
          where payload ~ '"mayStoreHistory": ?false' and payload ~ '"cacheLifetimeMs": ?[0-9]';
        create index on ${table} (keep_until) where keep_until is not null;`);
    }
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
