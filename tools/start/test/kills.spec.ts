import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SERVICE_NAMES } from '@souk/contracts';
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

describe('a consumer that is killed again and again', () => {
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
  const readsSomething = async (): Promise<true | undefined> =>
    (await count(
      `select count(*) from scoring.bus_lease l join scoring.bus_replica r using (replica_id)
       where r.instance = '${REPLICA}' and l.consumer <> 'relay'`,
    )) > 0 || undefined;

  it(`leaves not one good message in the dead letters, and none unhandled, after ${KILLS} kill -9 under load`, async () => {
    let accepted = 0;
    let isOver = false;
    const load = (async () => {
      while (!isOver) {
        accepted += await post();
        await delay(50);
      }
    })();
    for (let kill = 1; kill <= KILLS; kill++) {
      replica = startReplica();
      await until(readsSomething);
      await delay(200);
      replica.kill('SIGKILL');
      await once(replica, 'exit');
      expect(replica.signalCode).toBe('SIGKILL');
    }
    isOver = true;
    await load;
    const points = `select coalesce(sum(points), 0) as count from scoring.stored_points`;
    await until(async () => (await count(points)) >= accepted || undefined);
    expect(await count(points)).toBe(accepted);
    for (const service of SERVICE_NAMES) {
      const left = await count(
        `select (select count(*) from ${service}.bus_dead_letter) + (select count(*) from ${service}.bus_parked) as count`,
      );
      expect([service, left]).toEqual([service, 0]);
    }
  }, 240_000);
});
