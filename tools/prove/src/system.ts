import { SERVICE_NAMES, type ServiceName } from '@souk/contracts';
import { databaseUrl, reachableHome } from '@souk/infra';
import {
  type Adapt,
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
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Chats, TELEGRAM_TOKEN } from './chats.ts';
import { Disks } from './disk.ts';
import { removeIfKilled } from './leftovers.ts';
import { type LinkEnd, Network } from './network.ts';
import type { Target } from './plan.ts';

const SQL_TIMEOUT_MS = 30_000;

/** The whole product, as `npm start` runs it, in a data folder of its own. */
export interface System {
  product: Product;
  /** Another one after a restart. */
  readonly supervisor: Supervisor;
  secrets: Secrets;
  natsServer: string;
  /** Between the parts, and between alerting and the chats. */
  network: Network;
  chats: Chats;
  disks: Disks;
  /** Its `/readyz`; undefined for the servers, whose start ends when they answer. */
  readyUrlOf(target: Target): string | undefined;
  /** One statement as the administrator, for looking behind the curtain; its own connection each time. */
  sql<Row>(text: string): Promise<Row[]>;
  /** The database as the administrator: who needs a transaction of its own connects there. */
  adminUrl: string;
  dataDir: string;
  /** Stops everything as Ctrl-C does and starts it again on the same data; answers how long the stop took. */
  restart(): Promise<number>;
  stop(keepData: boolean): Promise<void>;
}

export interface SystemOptions {
  /** Another place that the product is run from. */
  root?: string;
  /** Another pause before what ended is started again. */
  restartDelayMs?: (crashesInARow: number) => number;
  seed?: number;
  /** The stores get disks of their own, so that these can be full. */
  ownDisks?: boolean;
}

/** Starts it with the build and the settings of `npm start`, without the sandbox shop, on free ports. */
export async function startSystem(
  write: (text: string) => void,
  { root = ROOT, restartDelayMs, seed = 0, ownDisks }: SystemOptions = {},
): Promise<System> {
  const dataDir = mkdtempSync(join(tmpdir(), 'souk-prove-'));
  const forget = removeIfKilled(dataDir);
  chmodSync(dataDir, 0o711); // PostgreSQL's account walks through
  const progress = progressSince(Date.now(), write);
  const options: Options = { ...readOptions(['--no-sandbox'], { SOUK_DATA_DIR: dataDir }), root };
  const chats = await Chats.open(seed);
  const network = await Network.between(pairs());
  const adapt = adaptTo(network, chats);
  let supervisor = new Supervisor(progress.say, restartDelayMs);
  let disks: Disks | undefined;
  const stop = async (keepData: boolean): Promise<void> => {
    await supervisor.stopAll();
    await Promise.all([network.close(), chats.close()]);
    await disks?.unmount();
    if (!keepData) {
      removeData(options, progress);
      rmSync(dataDir, { recursive: true, force: true });
    }
    forget();
  };
  try {
    prepareDataDir(options, progress);
    const postgresDir = join(reachableHome(dataDir), 'postgres');
    disks = await Disks.mount(dataDir, { NATS: join(dataDir, 'nats'), PostgreSQL: postgresDir }, ownDisks);
    const product = await startProduct(options, supervisor, progress, adapt);
    const ports = JSON.parse(readFileSync(join(dataDir, 'ports.json'), 'utf8')) as Record<string, number>;
    const password = readFileSync(join(postgresDir, 'superuser.password'), 'utf8').trim();
    const server = `postgres://127.0.0.1:${ports.postgres}/`;
    const connectionString = databaseUrl(server, 'souk', 'postgres', password);
    return {
      product,
      get supervisor() {
        return supervisor;
      },
      secrets: readSecrets(dataDir),
      natsServer: `127.0.0.1:${ports.nats}`,
      network,
      chats,
      disks,
      readyUrlOf: (target) => {
        const port = ports[`${target} health`];
        return port === undefined ? undefined : `http://127.0.0.1:${port}/readyz`;
      },
      adminUrl: connectionString,
      sql: (text) => query(connectionString, text),
      dataDir,
      restart: async () => {
        const startedAt = Date.now();
        await supervisor.stopAll();
        const tookMs = Date.now() - startedAt;
        supervisor = new Supervisor(progress.say, restartDelayMs);
        await startProduct(options, supervisor, progress, adapt);
        return tookMs;
      },
      stop,
    };
  } catch (error) {
    await stop(true);
    throw error;
  }
}

/** Who is connected to what. */
function pairs(): [ServiceName, LinkEnd][] {
  return [
    ...SERVICE_NAMES.flatMap((service): [ServiceName, LinkEnd][] => [
      [service, 'PostgreSQL'],
      [service, 'NATS'],
    ]),
    ['quota', 'Redis'],
    ['alerting', 'webhook'],
    ['alerting', 'Telegram'],
  ];
}

/** Services speak through the proxies, and alerting knows the recording chats. */
const adaptTo =
  (network: Network, chats: Chats): Adapt =>
  (service, env) => {
    const chat = {
      SOUK_WEBHOOK_ALLOW: '127.0.0.1/32',
      SOUK_TELEGRAM_TOKEN: TELEGRAM_TOKEN,
      SOUK_TELEGRAM_API_ROOT: chats.telegram.url,
    };
    return network.adapt(service, service === 'alerting' ? { ...env, ...chat } : env);
  };

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
