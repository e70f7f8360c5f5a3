import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseUrl, reachableHome } from '@souk/infra';
import {
  type Options,
  type Product,
  prepareDataDir,
  progressSince,
  readOptions,
  readSecrets,
  removeData,
  ROOT,
  type Secrets,
  startProduct,
  Supervisor,
} from '@souk/start';
import { Client } from 'pg';
import type { Target } from './plan.ts';

const SQL_TIMEOUT_MS = 30_000;

/** The whole product, as `npm start` runs it, in a data folder of its own. */
export interface System {
  product: Product;
  supervisor: Supervisor;
  secrets: Secrets;
  natsServer: string;
  /** Its `/readyz`; undefined for the servers, whose start ends when they answer. */
  readyUrlOf(target: Target): string | undefined;
  /** One statement as the administrator, for looking behind the curtain; its own connection each time. */
  sql<Row>(text: string): Promise<Row[]>;
  /** The database as the administrator: who needs a transaction of its own connects there. */
  adminUrl: string;
  dataDir: string;
  stop(keepData: boolean): Promise<void>;
}

/** Another place that the product is run from, and another pause before what ended is started again. */
export interface SystemOptions {
  root?: string;
  restartDelayMs?: (crashesInARow: number) => number;
}

/** Starts it with the build and the settings of `npm start`, without the sandbox shop, on free ports. */
export async function startSystem(
  write: (text: string) => void,
  { root = ROOT, restartDelayMs }: SystemOptions = {},
): Promise<System> {
  const dataDir = mkdtempSync(join(tmpdir(), 'souk-prove-'));
  chmodSync(dataDir, 0o711); // PostgreSQL's account walks through
  const progress = progressSince(Date.now(), write);
  const options: Options = { ...readOptions(['--no-sandbox'], { SOUK_DATA_DIR: dataDir }), root };
  const supervisor = new Supervisor(progress.say, restartDelayMs);
  const stop = async (keepData: boolean): Promise<void> => {
    await supervisor.stopAll();
    if (keepData) return;
    removeData(options, progress);
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    prepareDataDir(options, progress);
    const product = await startProduct(options, supervisor, progress);
    const ports = JSON.parse(readFileSync(join(dataDir, 'ports.json'), 'utf8')) as Record<string, number>;
    const passwordFile = join(reachableHome(dataDir), 'postgres', 'superuser.password');
    const password = readFileSync(passwordFile, 'utf8').trim();
    const server = `postgres://127.0.0.1:${ports.postgres}/`;
    const connectionString = databaseUrl(server, 'souk', 'postgres', password);
    return {
      product,
      supervisor,
      secrets: readSecrets(dataDir),
      natsServer: `127.0.0.1:${ports.nats}`,
      readyUrlOf: (target) => {
        const port = ports[`${target} health`];
        return port === undefined ? undefined : `http://127.0.0.1:${port}/readyz`;
      },
      adminUrl: connectionString,
      sql: (text) => query(connectionString, text),
      dataDir,
      stop,
    };
  } catch (error) {
    await stop(true);
    throw error;
  }
}

async function query<Row>(connectionString: string, text: string): Promise<Row[]> {
  const client = new Client({
    connectionString,
    application_name: 'souk prove',
    connectionTimeoutMillis: 5_000,
    query_timeout: SQL_TIMEOUT_MS,
  });
  client.on('error', () => undefined); // the query itself fails then
  try {
    await client.connect();
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end().catch(() => undefined);
  }
}
