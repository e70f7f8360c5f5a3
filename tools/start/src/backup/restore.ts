import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseUrl } from '@souk/infra';
import { Client, escapeIdentifier } from 'pg';
import type { Options } from '../options.ts';
import { readSecrets, writeSecrets } from '../secrets.ts';
import { databaseNameOf, provision } from '../servers.ts';
import { ARCHIVE, type Manifest, unpack } from './bundle.ts';
import { postgresTool, runTool } from './postgres-tools.ts';
import { carryOver } from './carry-over.ts';

/** A backup that lies beside the present database, complete, and waits to take its place. */
export interface Loaded {
  manifest: Manifest;
  /** Present and loaded database. */
  database: string;
  beside: string;
}

/** Loads a backup into a database of its own; the product may go on working. Nothing of it is changed. */
export async function load(options: Options, adminUrl: string, file: string): Promise<Loaded> {
  const folder = mkdtempSync(join(tmpdir(), 'souk-restore-'));
  try {
    const manifest = await unpack(file, folder);
    const tool = await postgresTool('pg_restore', options);
    const database = databaseNameOf(adminUrl, options.external.postgres !== undefined);
    const beside = `${database}_restored`;
    await provision(options, adminUrl, readSecrets(options.dataDir)); // the roles that own what is restored
    await administer(adminUrl, async (client) => {
      await client.query(`drop database if exists ${escapeIdentifier(beside)} with (force)`);
      await client.query(`create database ${escapeIdentifier(beside)} encoding 'UTF8' template template0`);
    });
    const target = databaseUrl(adminUrl, beside);
    await runTool(tool, target, ['--exit-on-error', `--dbname=${beside}`, join(folder, ARCHIVE)]);
    return { manifest, database, beside };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Puts the loaded database in the place of the present one; no service may be running. Alerts that were delivered
 * after the backup was taken stay delivered, and watches that spoke since then know it.
 */
export async function swapIn(options: Options, adminUrl: string, loaded: Loaded): Promise<void> {
  const { database, beside, manifest } = loaded;
  await connected(databaseUrl(adminUrl, database), (present) =>
    connected(databaseUrl(adminUrl, beside), (restored) =>
      carryOver(present, restored, new Date(manifest.takenAt)),
    ),
  );
  await administer(adminUrl, async (client) => {
    await client.query(`drop database ${escapeIdentifier(database)} with (force)`);
    await client.query(`alter database ${escapeIdentifier(beside)} rename to ${escapeIdentifier(database)}`);
  });
  writeSecrets(options.dataDir, { ...readSecrets(options.dataDir), ...manifest.secrets });
}

/** Forgets what the broker and Redis keep: both are filled again from the database. Neither may be running. */
export function forgetCopies(options: Options): void {
  if (!options.external.nats)
    rmSync(join(options.dataDir, 'nats', 'store'), { recursive: true, force: true });
  if (!options.external.redis) rmSync(join(options.dataDir, 'redis'), { recursive: true, force: true });
}

const administer = (adminUrl: string, work: (client: Client) => Promise<void>): Promise<void> =>
  connected(databaseUrl(adminUrl, 'postgres'), work);

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
