import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ACK_WAIT_MS, consumerOf, OffersAccepted, SERVICE_NAMES } from '@souk/contracts';
import { databaseUrl, reachableHome } from '@souk/infra';
import { Client } from 'pg';
import { readOptions } from '../src/options.ts';
import { prepareDataDir, type Product, removeData, startProduct } from '../src/product.ts';
import { progressSince } from '../src/progress.ts';
import { argumentsOf } from '../src/service-plan.ts';
import { Supervisor } from '../src/supervisor.ts';
import { until } from './running-souk.ts';

const KILLS = 10;
const LINES_PER_POST = 200;
const REPLICA = 'scoring-to-be-killed';

describe('a consumer under load', () => {
  const dir = mkdtempSync(join(tmpdir(), 'souk-kills-'));
  const said: string[] = [];
  const progress = progressSince(Date.now(), (text) => said.push(text.trim()));
  const options = readOptions(['--no-sandbox'], { SOUK_DATA_DIR: join(dir, 'data') });
  const supervisor = new Supervisor(progress.say);
  let product: Product;
  let replicaEnv: Record<string, string>;
  let sql: Client;
  let replica: ChildProcess | undefined;

  beforeAll(async () => {
    chmodSync(dir, 0o755);
    prepareDataDir(options, progress);
    product = await startProduct(options, supervisor, progress, (service, env) => {
      if (service === 'scoring') replicaEnv = { ...env, SOUK_INSTANCE: REPLICA, SOUK_HEALTH_PORT: '0' };
      return env;
    });
    const { postgres } = JSON.parse(readFileSync(join(options.dataDir, 'ports.json'), 'utf8')) as {
      postgres: number;
    };
    const file = join(reachableHome(options.dataDir), 'postgres', 'superuser.password');
    const url = databaseUrl(
      `postgres://127.0.0.1:${postgres}/`,
      'souk',
      'postgres',
      readFileSync(file, 'utf8').trim(),
    );
    sql = new Client({ connectionString: url });
    await sql.connect();
  }, 240_000);
  afterAll(async () => {
    replica?.kill('SIGKILL');
    await sql?.end();
    await supervisor.stopAll();
    removeData(options, progress);
    rmSync(dir, { recursive: true, force: true });
  });

  let posted = 0;
  let accepted = 0;
  const post = async (): Promise<number> => {
    const lines = Array.from({ length: LINES_PER_POST }, () =>
      JSON.stringify({
        source: 'shop',
        product: `killed-${posted % 50}`,
        price: (10 + (posted % 7)).toFixed(2),
        currency: 'EUR',
        observedAt: new Date(Date.UTC(2026, 0, 1) + posted++ * 1_000).toISOString(),
      }),
    );
    // A busy machine may be told to come again: the same lines are stored once.
    return until(async () => {
      const response = await fetch(new URL('/v1/observations', product.url), {
        method: 'POST',
        headers: { authorization: `Bearer ${product.apiKey}`, 'content-type': 'application/x-ndjson' },
        body: lines.join('\n'),
        signal: AbortSignal.timeout(20_000),
      });
      return response.ok ? ((await response.json()) as { accepted: number }).accepted : undefined;
    });
  };
  const count = async (query: string): Promise<number> =>
    Number((await sql.query<{ count: string }>(query)).rows[0]!.count);
  const startReplica = (): ChildProcess =>
    spawn(process.execPath, argumentsOf('scoring', options.root), {
      cwd: options.root,
      env: replicaEnv,
      stdio: 'ignore',
    });
  const deadLetters = async (...words: string[]): Promise<string> => {
    const command = [join(options.root, 'tools/scripts/run.mjs'), 'tools/dead-letters/src/main.ts', ...words];
    const env = { ...process.env, SOUK_DATA_DIR: options.dataDir };
    return (await promisify(execFile)(process.execPath, command, { cwd: options.root, env })).stdout;
  };
  /** The replica that reads partitions now, as another process than those before it. */
  const readerAfter = async (killed: readonly string[]): Promise<string | undefined> => {
    const { rows } = await sql.query<{ replica_id: string }>(
      `select distinct replica_id from scoring.bus_lease join scoring.bus_replica using (replica_id)
       where instance = $1 and consumer <> 'relay'`,
      [REPLICA],
    );
    return rows.map(({ replica_id }) => replica_id).find((id) => !killed.includes(id));
  };
  /** Posts until the work is done. */
  const underLoad = async (pauseMs: number, work: () => Promise<void>): Promise<void> => {
    let isOver = false;
    const load = (async () => {
      while (!isOver) {
        accepted += await post();
        await delay(pauseMs);
      }
    })();
    try {
      await work();
    } finally {
      isOver = true;
      await load;
    }
  };
  const isAllStored = async (): Promise<void> => {
    const points = `select coalesce(sum(points), 0) as count from scoring.stored_points`;
    await until(async () => (await count(points)) >= accepted || undefined);
    expect(await count(points)).toBe(accepted);
    for (const service of SERVICE_NAMES) {
      await until(async () => (await count(`select count(*) from ${service}.bus_parked`)) === 0 || undefined);
      const left = await count(`select count(*) from ${service}.bus_dead_letter where replayed_at is null`);
      expect([service, left]).toEqual([service, 0]);
    }
  };

  it(`that is killed ${KILLS} times leaves not one good message in the dead letters, and none unhandled`, async () => {
    await underLoad(50, async () => {
      const killed: string[] = [];
      for (let kill = 1; kill <= KILLS; kill++) {
        replica = startReplica();
        killed.push(await until(() => readerAfter(killed)));
        await delay(200);
        replica.kill('SIGKILL');
        await once(replica, 'exit');
        expect(replica.signalCode).toBe('SIGKILL');
      }
      expect(new Set(killed).size).toBe(KILLS);
    });
    await isAllStored();
  }, 400_000);

  it('that stands still until the broker delivers again what it has in hand stores all of it once', async () => {
    const pid = supervisor.pidOf('scoring');
    await underLoad(1_000, async () => {
      await delay(2_000);
      process.kill(pid, 'SIGSTOP');
      await delay(ACK_WAIT_MS + 5_000);
      process.kill(pid, 'SIGCONT');
    });
    await isAllStored();
    expect(supervisor.pidOf('scoring')).toBe(pid);
  }, 240_000);

  it('has its dead letters told, shown and handed over once more by npm run dead-letters', async () => {
    const { rows } = await sql.query<{ id: string; trace: string }>(
      `insert into scoring.bus_dead_letter
         (consumer, message_id, part, event_type, account_id, reason, attempts, trace_id, payload, keys)
       select $1, id, part, $2, (payload::jsonb ->> 'account')::uuid, 'a test gave it up', 5,
         split_part(payload::jsonb ->> 'traceparent', '-', 2), payload, '{}'
       from enrichment.bus_outbox where subject like $3 limit 1
       returning message_id as id, trace_id as trace`,
      [consumerOf('scoring', OffersAccepted), OffersAccepted.type, `${OffersAccepted.type}.%`],
    );
    const { id, trace } = rows[0]!;
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    expect(await deadLetters('list', '--service', 'scoring')).toContain('a test gave it up');
    expect(await deadLetters('show', id)).toContain(trace);
    expect(await deadLetters('replay', id)).toContain('scoring: 1 handed over again');
    await isAllStored();
    await expect(deadLetters('replay', id)).rejects.toThrow('handed over before, or never there: 1 of 1');
  }, 120_000);
});
