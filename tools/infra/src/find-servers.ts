import { spawnSync } from 'node:child_process';
import { accessSync, constants, globSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export type ServerKind = 'postgres' | 'nats' | 'redis';
export const SERVER_KINDS: readonly ServerKind[] = ['postgres', 'nats', 'redis'];

/** A server program that answered `--version` on this machine. */
export interface ServerBinary {
  /** Full path of postgres, nats-server or redis-server; initdb lies beside postgres. */
  path: string;
  version: string;
  /** For LD_LIBRARY_PATH, when the program was unpacked together with its libraries. */
  libraryPath?: string;
}

export type ServerBinaries = Record<ServerKind, ServerBinary>;

interface Program {
  name: string;
  /** Variable naming the program, or the folder it lies in. */
  variable: string;
  minimum: [major: number, minor: number];
  /** Folders beyond PATH, newest version first. */
  folders: () => string[];
}

const newestFirst = (paths: string[]): string[] =>
  paths.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));

export const PROGRAMS: Record<ServerKind, Program> = {
  postgres: {
    name: 'postgres',
    variable: 'SOUK_POSTGRES_BIN',
    minimum: [15, 0],
    folders: () => [
      ...newestFirst(globSync('/usr/lib/postgresql/*/bin')),
      ...newestFirst(globSync('/usr/pgsql-*/bin')),
      ...newestFirst(globSync('/{opt/homebrew,usr/local}/opt/postgresql@*/bin')),
      ...newestFirst(globSync('/usr/libexec/postgresql*')),
    ],
  },
  nats: {
    name: 'nats-server',
    variable: 'SOUK_NATS_BIN',
    minimum: [2, 9],
    folders: () => ['/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'],
  },
  redis: {
    name: 'redis-server',
    variable: 'SOUK_REDIS_BIN',
    minimum: [6, 0],
    folders: () => ['/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'],
  },
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Environment for a program, with the libraries that were unpacked beside it. */
export const libraryEnvironment = (libraryPath: string | undefined): NodeJS.ProcessEnv =>
  libraryPath ? { ...process.env, LD_LIBRARY_PATH: libraryPath } : process.env;

/** Runs `--version`; undefined when the program is missing, broken, too old, or (postgres) lacks initdb. */
export function probe(kind: ServerKind, path: string, libraryPath?: string): ServerBinary | undefined {
  if (!isExecutable(path)) return undefined;
  // initdb is looked for beside the real postgres; Debian's redis-server, a link, must keep its name
  const real = kind === 'postgres' ? realpathSync(path) : path;
  if (kind === 'postgres' && !isExecutable(join(dirname(real), 'initdb'))) return undefined;
  const options = { encoding: 'utf8', env: libraryEnvironment(libraryPath), timeout: 10_000 } as const;
  const answer = spawnSync(real, ['--version'], options);
  const found = answer.status === 0 ? /(?:\) |v=|v)(\d+)(?:\.(\d+))?[\w.]*/.exec(answer.stdout) : null;
  if (!found) return undefined;
  const [major, minor] = [Number(found[1]), Number(found[2] ?? 0)];
  const [wantedMajor, wantedMinor] = PROGRAMS[kind].minimum;
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) return undefined;
  return {
    path: real,
    version: found[0].replace(/^(\) |v=|v)/, ''),
    ...(libraryPath ? { libraryPath } : {}),
  };
}

/**
 * The server on this machine: the one the user names, else the first on PATH, else in the usual folders.
 * @throws when the variable names something that is not such a server of a supported version
 */
export function findOnMachine(kind: ServerKind): ServerBinary | undefined {
  const { name, variable, folders, minimum } = PROGRAMS[kind];
  const named = process.env[variable];
  if (named) {
    const binary = probe(kind, join(named, name)) ?? probe(kind, named);
    if (binary) return binary;
    throw new Error(
      `${variable}=${named} is not a working ${name} >= ${minimum.join('.')}: correct or unset it`,
    );
  }
  for (const folder of [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...folders()]) {
    const binary = probe(kind, join(folder, name));
    if (binary) return binary;
  }
  return undefined;
}
