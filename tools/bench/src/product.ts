import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_NAMES, type ServiceName } from '@souk/contracts';
import { databaseUrl, freePort, reachableHome } from '@souk/infra';
import {
  argumentsOf,
  type Options,
  prepareDataDir,
  type Progress,
  type Product,
  readOptions,
  readSecrets,
  removeData,
  ROOT,
  startProcess,
  startProduct,
  Supervisor,
  waitUntilReady,
} from '@souk/start';
import { Pool } from 'pg';
import { until } from './until.ts';
import { PARTITIONS } from './workload.ts';

/** The whole product with the build and the settings of `npm start`, without the sandbox shop. */
export interface MeasuredProduct extends Product {
  dataDir: string;
  /** Of every process of it. */
  pids: Record<string, number>;
  /** The broker, as the gateway may use it. */
  gatewayNats: { servers: string; user: string; pass: string };
  /** Of the administrator, who sees all rows. */
  adminUrl: string;
  /** As the administrator; bounded by its time-outs. */
  sql<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Starts a second replica of everything that consumes; `pids` has them from when each has its share. */
  replicate(): Promise<void>;
  stop(): Promise<void>;
}

const SERVERS = ['PostgreSQL', 'NATS', 'Redis'];
const SQL_TIMEOUT_MS = 120_000;
const REPLICA_GROUP = 1;
const READY_WITHIN_MS = 90_000;

/** @param begun told how to end and remove everything, before anything is there */
export async function startMeasuredProduct(
  progress: Progress,
  begun: (stop: () => Promise<void>) => void,
): Promise<MeasuredProduct> {
  const dataDir = mkdtempSync(join(tmpdir(), 'souk-bench-'));
  chmodSync(dataDir, 0o711); // PostgreSQL's account walks through
  const options: Options = readOptions(['--no-sandbox'], { SOUK_DATA_DIR: dataDir });
  const supervisor = new Supervisor(progress.say);
  let pool: Pool | undefined;
  const stop = async (): Promise<void> => {
    await pool?.end();
    await supervisor.stopAll();
    removeData(options, progress);
    rmSync(dataDir, { recursive: true, force: true });
  };
  begun(stop);
  const environments = new Map<ServiceName, Record<string, string>>();
  try {
    prepareDataDir(options, progress);
    const product = await startProduct(options, supervisor, progress, (service, env) => {
      environments.set(service, env);
      return env;
    });
    const ports = JSON.parse(readFileSync(join(dataDir, 'ports.json'), 'utf8')) as Record<string, number>;
    const password = readFileSync(join(reachableHome(dataDir), 'postgres', 'superuser.password'), 'utf8');
    const server = `postgres://127.0.0.1:${ports.postgres}/`;
    const connectionString = databaseUrl(server, 'souk', 'postgres', password.trim());
    const admin = (pool = new Pool({
      connectionString,
      max: 1,
      connectionTimeoutMillis: 5_000,
      query_timeout: SQL_TIMEOUT_MS,
    }));
    const pids = Object.fromEntries(
      [...SERVICE_NAMES, ...SERVERS].map((name) => [name, supervisor.pidOf(name)]),
    );
    const sql = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
      (await admin.query(text, values)).rows as Row[];
    const startReplica = async (service: ServiceName): Promise<void> => {
      const name = `${service}-2`;
      const port = await freePort();
      const env = {
        ...environments.get(service)!,
        SOUK_INSTANCE: name,
        SOUK_HEALTH_PORT: String(port),
      };
      const logFile = join(dataDir, 'logs', `${name}.log`);
      const replica = { name, args: argumentsOf(service, ROOT), env, cwd: ROOT, logFile };
      const { pid } = await supervisor.keep(name, REPLICA_GROUP, () => startProcess(replica));
      await waitUntilReady(`http://127.0.0.1:${port}/readyz`, READY_WITHIN_MS);
      pids[name] = pid;
    };
    return {
      ...product,
      dataDir,
      pids,
      gatewayNats: {
        servers: `127.0.0.1:${ports.nats}`,
        user: 'gateway',
        pass: readSecrets(dataDir).nats.gateway,
      },
      adminUrl: connectionString,
      sql,
      replicate: async () => {
        const consumers = SERVICE_NAMES.filter((service) => service !== 'gateway');
        for (const service of consumers) await startReplica(service);
        await until('each replica has its share', () => isShared(sql, consumers));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whether every partition is read, and no replica reads more than half of a consumer's. */
async function isShared(sql: MeasuredProduct['sql'], services: readonly ServiceName[]): Promise<boolean> {
  const uneven = services.map(
    (service) => `select 1 from ${service}.bus_lease group by consumer, replica_id
      having replica_id is null or count(*) > ${PARTITIONS / 2}`,
  );
  return (await sql(uneven.join(' union all '))).length === 0;
}
