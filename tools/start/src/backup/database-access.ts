import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureServers, reachableHome, startPostgres } from '@souk/infra';
import type { Options } from '../options.ts';

/** Administrator's address of the database server of a running product. */
export function runningDatabase(options: Options): string {
  if (options.external.postgres) return options.external.postgres;
  const passwordFile = join(reachableHome(options.dataDir), 'postgres', 'superuser.password');
  const password = readFileSync(passwordFile, 'utf8').trim();
  const ports = JSON.parse(readFileSync(join(options.dataDir, 'ports.json'), 'utf8')) as { postgres: number };
  return `postgres://postgres:${password}@127.0.0.1:${ports.postgres}/postgres`;
}

/** Runs the database server alone, for as long as the work takes; the product must not be running. */
export async function withDatabaseAlone<T>(
  options: Options,
  work: (adminUrl: string) => Promise<T>,
): Promise<T> {
  if (options.external.postgres) return work(options.external.postgres);
  const binaries = await ensureServers({ root: options.root, kinds: ['postgres'], progress: () => {} });
  const dir = join(reachableHome(options.dataDir), 'postgres');
  const server = await startPostgres({ dir, binaries, durable: true });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}
