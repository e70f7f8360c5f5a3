import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  findOnMachine,
  PROGRAMS,
  SERVER_KINDS,
  type ServerBinaries,
  type ServerBinary,
  type ServerKind,
} from './find-servers.ts';
import { reachableHome } from './server-user.ts';
import { Apt, findUnpacked, isDebian, unpack } from './unpack-debian.ts';

const COMMANDS: { tool: string; install: Record<ServerKind, string>; command: string }[] = [
  {
    tool: 'brew',
    command: 'brew install',
    install: { postgres: 'postgresql@17', nats: 'nats-server', redis: 'redis' },
  },
  {
    tool: 'dnf',
    command: 'sudo dnf install',
    install: { postgres: 'postgresql-server', nats: 'nats-server', redis: 'redis' },
  },
  {
    tool: 'apk',
    command: 'apk add',
    install: { postgres: 'postgresql17', nats: 'nats-server', redis: 'redis' },
  },
  {
    tool: 'pacman',
    command: 'sudo pacman -S',
    install: { postgres: 'postgresql', nats: 'nats-server', redis: 'redis' },
  },
  {
    tool: 'apt-get',
    command: 'sudo apt-get install',
    install: { postgres: 'postgresql', nats: 'nats-server', redis: 'redis-server' },
  },
];

/** One message for what is missing: the command of this system, and the two ways around it. */
export function howToInstall(missing: ServerKind[], has: (tool: string) => boolean): string {
  const wanted = missing.map((kind) => `${PROGRAMS[kind].name} >= ${PROGRAMS[kind].minimum.join('.')}`);
  const known = COMMANDS.find(({ tool }) => has(tool));
  const packages = missing.map((kind) => known?.install[kind]).join(' ');
  return [
    `not found on this machine: ${wanted.join(', ')}`,
    known ? `install with: ${known.command} ${packages}` : 'install them with your package manager',
    `or name the programs with ${missing.map((kind) => PROGRAMS[kind].variable).join(', ')}`,
    `or use running servers with ${missing.map((kind) => `SOUK_${kind.toUpperCase()}_URL`).join(', ')}`,
  ].join('\n  ');
}

const hasTool = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined;

async function unpackOrExplain(...args: Parameters<typeof unpack>): Promise<ServerBinary> {
  try {
    return await unpack(...args);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).trim().slice(-500);
    const advice = howToInstall([args[0]], hasTool);
    throw new Error(`${advice}\n  (unpacking its packages did not work: ${reason})`, { cause: error });
  }
}

/**
 * PostgreSQL, nats-server and redis-server: those the user names, those on the machine, those unpacked
 * earlier below `<root>/.souk/servers`; what is still missing is unpacked there from Debian's packages.
 * @throws with one clear message naming the command to run, where that is impossible
 */
export async function ensureServers(options: {
  root: string;
  /** Data folder, `<root>/.souk` unless given. */
  dataDir?: string;
  kinds?: readonly ServerKind[];
  progress?: (line: string) => void;
}): Promise<ServerBinaries> {
  const progress = options.progress ?? (() => {});
  const serversDir = join(reachableHome(options.dataDir ?? join(options.root, '.souk')), 'servers');
  const kinds = options.kinds ?? SERVER_KINDS;
  const found = new Map<ServerKind, ServerBinary>();
  for (const kind of kinds) {
    const binary = findOnMachine(kind) ?? findUnpacked(kind, serversDir);
    if (binary) found.set(kind, binary);
  }
  const missing = kinds.filter((kind) => !found.has(kind));
  if (missing.length > 0) {
    if (process.platform !== 'linux' || !isDebian()) throw new Error(howToInstall(missing, hasTool));
    const apt = new Apt(serversDir);
    try {
      for (const kind of missing) found.set(kind, await unpackOrExplain(kind, serversDir, apt, progress));
    } finally {
      apt.forget();
    }
  }
  return Object.fromEntries(found) as ServerBinaries;
}
