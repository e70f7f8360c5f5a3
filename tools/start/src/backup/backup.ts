import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { databaseUrl } from '@souk/infra';
import type { Options } from '../options.ts';
import { readSecrets } from '../secrets.ts';
import { databaseNameOf } from '../servers.ts';
import { ARCHIVE, pack } from './bundle.ts';
import { postgresTool, runTool } from './postgres-tools.ts';

/**
 * Writes everything that Souk knows into one file: one snapshot of the database, so that all services are at the
 * same moment, and the secrets that go with it. The product may go on working. The broker is left out: what it
 * carries is in the outboxes.
 * @returns bytes of the file
 */
export async function backup(options: Options, adminUrl: string, file: string): Promise<number> {
  const { operatorKey, livePageKey, server } = readSecrets(options.dataDir);
  const database = databaseNameOf(adminUrl, options.external.postgres !== undefined);
  const tool = await postgresTool('pg_dump', options);
  const folder = mkdtempSync(join(dirname(resolve(file)), '.souk-backup-'));
  try {
    const takenAt = new Date().toISOString();
    const archive = join(folder, ARCHIVE);
    await runTool(tool, databaseUrl(adminUrl, database), [
      '--format=custom',
      '--compress=6',
      `--file=${archive}`,
    ]);
    const secrets = { operatorKey, livePageKey, server };
    await pack(folder, { format: 'souk-backup/1', takenAt, secrets }, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return statSync(file).size;
}
