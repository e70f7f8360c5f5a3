import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureServers } from '@souk/infra';
import type { Options } from '../options.ts';

/** Path of `pg_dump` or `pg_restore`, which lie beside the server that Souk runs itself. */
export async function postgresTool(name: 'pg_dump' | 'pg_restore', options: Options): Promise<Tool> {
  const { postgres } = await ensureServers({ root: options.root, kinds: ['postgres'], progress: () => {} });
  const path = join(dirname(postgres.path), name);
  if (!existsSync(path))
    throw new Error(`there is no ${name} beside ${postgres.path}: install PostgreSQL's client programs`);
  return { path, libraryPath: postgres.libraryPath };
}

export interface Tool {
  path: string;
  libraryPath: string | undefined;
}

/**
 * Runs a program of PostgreSQL's against a database; the password goes by the environment, where no other
 * account reads it. @throws with the end of what the program said
 */
export async function runTool(tool: Tool, databaseUrl: string, args: readonly string[]): Promise<void> {
  const url = new URL(databaseUrl);
  const env = {
    ...process.env,
    ...(tool.libraryPath ? { LD_LIBRARY_PATH: tool.libraryPath } : {}),
    PGHOST: url.hostname,
    PGPORT: url.port || '5432',
    PGUSER: decodeURIComponent(url.username),
    PGPASSWORD: decodeURIComponent(url.password),
    PGDATABASE: decodeURIComponent(url.pathname.slice(1)),
    PGCONNECT_TIMEOUT: '10',
  };
  const child = spawn(tool.path, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2_000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${tool.path} ended with ${code ?? 'a signal'}: ${said.trim()}`);
}
