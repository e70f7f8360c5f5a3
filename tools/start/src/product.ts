import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reachableHome } from '@souk/infra';
import { provisionBroker, provisionerUrl } from './broker.ts';
import { build, isBuilt } from './build.ts';
import { migrate } from './migrations.ts';
import type { Options } from './options.ts';
import { choosePorts } from './ports.ts';
import type { Progress } from './progress.ts';
import { readSecrets } from './secrets.ts';
import { seed } from './seed.ts';
import { PROGRAMS, SERVICES } from './service-plan.ts';
import { provision, startServers } from './servers.ts';
import { type Adapt, startSandbox, startServices } from './services.ts';
import type { Supervisor } from './supervisor.ts';

/** What remains of a data folder after `--fresh`: downloads, the ports, and the lock that we hold ourselves. */
const DATA = [
  'logs',
  'nats',
  'redis',
  'postgres',
  'secrets.json',
  'seeded.json',
  'run.json',
  'compile-cache',
];

export interface Product {
  url: string;
  apiKey: string;
}

/** Makes the data folder, readable by its owner only, except that PostgreSQL's account may walk through. */
export function prepareDataDir(options: Options, progress: Progress): void {
  const { dataDir } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  chmodSync(dataDir, 0o711);
  const postgresHome = reachableHome(dataDir);
  if (postgresHome !== dataDir) {
    progress.say(
      `PostgreSQL cannot run as root and another account cannot reach ${dataDir}: its files are in ${postgresHome}`,
    );
  }
}

/** Removes all data; nothing may be running on it. */
export function removeData(options: Options, progress: Progress): void {
  for (const name of DATA) rmSync(join(options.dataDir, name), { recursive: true, force: true });
  rmSync(join(reachableHome(options.dataDir), 'postgres'), { recursive: true, force: true });
  const left = Object.keys(options.external);
  progress.say(
    `all data removed${left.length > 0 ? `; the external ${left.join(', ')} is left as it is` : ''}`,
  );
}

/**
 * The whole way from a data folder to a product that answers.
 * @param adapt what is changed in the environment of each service before it starts
 */
export async function startProduct(
  options: Options,
  supervisor: Supervisor,
  progress: Progress,
  adapt: Adapt = (_, env) => env,
): Promise<Product> {
  const { root, dataDir } = options;
  mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const secrets = readSecrets(dataDir);
  const names = ['gateway', 'postgres', 'nats', 'redis', 'sandbox'] as const;
  const healthNames = SERVICES.map((service) => `${service} health` as const);
  const ports = await choosePorts(dataDir, [...names, ...healthNames], { gateway: options.port });

  const building = isBuilt(root, PROGRAMS)
    ? Promise.resolve()
    : progress.step('building the services', () => build(root, PROGRAMS));
  const serving = progress.step('starting private servers', () =>
    startServers(options, ports, secrets, supervisor, progress),
  );
  const [servers] = await Promise.all([serving, building]);

  const broker = provisionerUrl(
    servers.natsUrl,
    options.external.nats !== undefined,
    secrets.nats.provisioner,
  );
  const provisioner = await progress.step('preparing the broker', () =>
    provisionBroker(broker, options.streams, progress.say),
  );
  supervisor.onStop(() => void provisioner.stop());
  const urls = await progress.step('preparing the database', async () => {
    const { urls: services, ownerUrls } = await provision(options, servers.postgresAdminUrl, secrets);
    const env = { ...process.env, NODE_COMPILE_CACHE: join(dataDir, 'compile-cache') };
    for (const migration of await migrate(root, ownerUrls, env)) progress.say(`migrated ${migration}`);
    return services;
  });
  const sandboxUrl = options.sandbox ? await startSandbox(options, ports.sandbox, supervisor) : undefined;
  const addresses = {
    postgresUrls: urls,
    natsUrl: servers.natsUrl,
    natsIsExternal: options.external.nats !== undefined,
    redisUrl: servers.redisUrl,
    sandboxUrl,
    healthPorts: Object.fromEntries(
      SERVICES.map((service) => [service, ports[`${service} health`]]),
    ) as Record<(typeof SERVICES)[number], number>,
    gateway: { host: options.host, port: ports.gateway },
  };
  await progress.step(`starting ${SERVICES.length} services`, () =>
    startServices(options, addresses, secrets, supervisor, progress, adapt),
  );
  const reachable = options.host === '0.0.0.0' || options.host === '::' ? '127.0.0.1' : options.host;
  const product = { url: `http://${reachable}:${ports.gateway}`, apiKey: secrets.operatorKey };
  if (sandboxUrl) await seedOnce(dataDir, sandboxUrl, product, progress);
  return product;
}

/** A seeding that failed is told and tried again at the next start; the product works without it. */
async function seedOnce(
  dataDir: string,
  sandboxUrl: string,
  product: Product,
  progress: Progress,
): Promise<void> {
  const marker = join(dataDir, 'seeded.json');
  if (existsSync(marker)) return;
  try {
    const seeded = await progress.step('posting the history of the sandbox shop', () =>
      seed(sandboxUrl, product),
    );
    writeFileSync(marker, JSON.stringify(seeded));
    progress.say(
      `${seeded.accepted} past prices accepted, ${seeded.rejected} rejected, ${seeded.watches} products watched`,
    );
  } catch (error) {
    progress.say(
      `the history of the sandbox shop was not posted: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
