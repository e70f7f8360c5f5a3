import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_NAMES } from '@souk/contracts';
import { databaseUrl, reachableHome } from '@souk/infra';
import {
  type Options,
  prepareDataDir,
  type Progress,
  type Product,
  readOptions,
  readSecrets,
  removeData,
  startProduct,
  Supervisor,
} from '@souk/start';
import { Pool } from 'pg';

/** The whole product with the build and the settings of `npm start`, without the sandbox shop. */
export interface MeasuredProduct extends Product {
  dataDir: string;
  /** Of every process of it. */
  pids: Record<string, number>;
  /** The broker, as the gateway may use it. */
  gatewayNats: { servers: string; user: string; pass: string };
  /** As the administrator, who sees all rows; bounded by its time-outs. */
  sql<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

const SERVERS = ['PostgreSQL', 'NATS', 'Redis'];
const SQL_TIMEOUT_MS = 120_000;

export async function startMeasuredProduct(progress: Progress): Promise<MeasuredProduct> {
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
  try {
    prepareDataDir(options, progress);
    const product = await startProduct(options, supervisor, progress);
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
    return {
      ...product,
      dataDir,
      pids: Object.fromEntries([...SERVICE_NAMES, ...SERVERS].map((name) => [name, supervisor.pidOf(name)])),
      gatewayNats: {
        servers: `127.0.0.1:${ports.nats}`,
        user: 'gateway',
        pass: readSecrets(dataDir).nats.gateway,
      },
      sql: async <Row>(text: string, values: unknown[] = []) =>
        (await admin.query(text, values)).rows as Row[],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
