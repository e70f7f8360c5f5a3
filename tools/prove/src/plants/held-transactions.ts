import { SERVICE_NAMES, type ServiceName } from '@souk/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { rolesOf } from '@souk/infra';
import type { System } from '../system.ts';

const WAITS_WITHIN_MS = 15_000;
const POLL_MS = 20;
/** What was sent before the transaction has left the process by then. */
const SETTLE_MS = 200;
const STATEMENT = { everyNth: 20, seconds: 0.3 };

/**
 * Kills a service while a batch is within its transaction: a lock on its inbox keeps every batch from going on, and
 * the process dies once PostgreSQL says that one waits for it.
 * @throws when no batch came
 */
export async function killInTransaction(service: ServiceName, pid: number, system: System): Promise<void> {
  const client = new Client({ connectionString: system.adminUrl, application_name: 'souk prove' });
  client.on('error', () => undefined); // the statement itself fails then
  await client.connect();
  try {
    await client.query(
      `begin; set local lock_timeout = '5s'; lock table ${service}.bus_inbox in exclusive mode`,
    );
    const waiting = `select 1 from pg_stat_activity where usename = $1 and wait_event_type = 'Lock'`;
    for (const end = Date.now() + WAITS_WITHIN_MS; ; await delay(POLL_MS)) {
      const { rowCount } = await client.query(waiting, [rolesOf(service).service]);
      if (rowCount) break;
      if (Date.now() > end) throw new Error(`${service} had no batch to handle`);
    }
    await delay(SETTLE_MS);
    process.kill(pid, 'SIGKILL');
  } finally {
    await client.query('rollback').catch(() => undefined);
    await client.end();
  }
}

/**
 * Lets one in twenty transactions of each service take long between writing its events and its commit.
 * @returns whether there were any
 */
export async function slowCommits(forMs: number, { sql }: System): Promise<boolean> {
  const onAll = (statement: (schema: string) => string): string => SERVICE_NAMES.map(statement).join('; ');
  await sql(`create sequence public.prove_commits;
    create function public.prove_slow() returns trigger language plpgsql security definer as $$
    begin
      if nextval('public.prove_commits') % ${STATEMENT.everyNth} = 0 then perform pg_sleep(${STATEMENT.seconds}); end if;
      return null;
    end $$;
    ${onAll(
      (schema) => `create trigger prove_slow after insert on ${schema}.bus_outbox
      for each statement execute function public.prove_slow()`,
    )}`);
  await delay(forMs);
  const [count] = await sql<{ last: string }>('select last_value as last from public.prove_commits');
  await sql(`${onAll((schema) => `drop trigger prove_slow on ${schema}.bus_outbox`)};
    drop function public.prove_slow(); drop sequence public.prove_commits`);
  return Number(count?.last) >= STATEMENT.everyNth;
}
