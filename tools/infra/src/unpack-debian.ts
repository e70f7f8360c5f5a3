import { execFile, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { probe, PROGRAMS, type ServerBinary, type ServerKind } from './find-servers.ts';

const run = promisify(execFile);
const AS_C = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };

/**
 * Dependencies of the packages that the bare servers do not need: accounts, locales and service scripts;
 * LLVM serves PostgreSQL's just-in-time compiler, which is switched off; libc must be the machine's own.
 */
const NOT_NEEDED =
  /^(adduser|locales.*|ssl-cert|postgresql-(client-)?common|postgresql-client-\d+|libllvm.*|libz3-.*|libgdbm.*|libreadline.*|readline-common|libedit.*|libbsd.*|libc6|libc-.*|perl.*|libperl.*|lib.*-perl|sysvinit.*|lsb-base|init-.*|debconf|openssl|netbase|logrotate|cron.*|ucf|sensible-utils|systemd.*|dbus.*)$/;

export const isDebian = (): boolean =>
  ['apt-get', 'apt-cache', 'dpkg'].every((name) => spawnSync(name, ['--version']).status === 0);

/** Folders of an unpacked tree that hold shared libraries, as one LD_LIBRARY_PATH. */
function libraryPathOf(tree: string): string | undefined {
  const libraries = globSync('{usr/,}lib/{*.so*,*-linux-*/*.so*}', { cwd: tree });
  const folders = [...new Set(libraries.map((file) => join(tree, dirname(file))))].sort();
  return folders.length > 0 ? folders.join(':') : undefined;
}

/** The server of an earlier unpacking, if it still works. */
export function findUnpacked(kind: ServerKind, serversDir: string): ServerBinary | undefined {
  const tree = join(serversDir, kind);
  const pattern =
    kind === 'postgres' ? 'usr/lib/postgresql/*/bin/postgres' : `usr/{sbin,bin}/${PROGRAMS[kind].name}`;
  for (const file of globSync(pattern, { cwd: tree })) {
    const binary = probe(kind, join(tree, file), libraryPathOf(tree));
    if (binary) return binary;
  }
  return undefined;
}

/**
 * apt with the machine's package lists or, once refreshed, a private copy of them: neither the copy nor a
 * download needs root.
 */
export class Apt {
  private options: string[] = [];
  private readonly folder: string;

  constructor(serversDir: string) {
    this.folder = join(serversDir, '.apt');
  }

  /** Removes the private lists: in a month they would be stale. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Fetches fresh package lists into the private folder; the machine's own stay as they are. */
  async refresh(): Promise<void> {
    if (this.options.length > 0) return;
    this.options = [
      ...[
        '-o',
        `Dir::State::Lists=${join(this.folder, 'lists')}`,
        '-o',
        `Dir::Cache=${join(this.folder, 'cache')}`,
      ],
      ...['-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=30'],
    ];
    mkdirSync(join(this.folder, 'lists', 'partial'), { recursive: true });
    mkdirSync(join(this.folder, 'cache', 'archives', 'partial'), { recursive: true });
    await run('apt-get', [...this.options, '-qq', 'update'], { env: AS_C, timeout: 120_000 });
  }

  async text(program: 'apt-get' | 'apt-cache', args: string[], cwd?: string): Promise<string> {
    const options = { env: AS_C, timeout: 300_000, maxBuffer: 16 * 1024 * 1024, ...(cwd ? { cwd } : {}) };
    return (await run(program, [...this.options, ...args], options)).stdout;
  }

  /** What to download for a server: its package, and its dependencies that this machine lacks. */
  async packagesFor(kind: ServerKind): Promise<string[]> {
    const own = { nats: ['nats-server'], redis: ['redis-server', 'redis-tools'], postgres: [] as string[] }[
      kind
    ];
    if (kind === 'postgres') {
      const text = await this.text('apt-cache', ['depends', 'postgresql']);
      const newest = /Depends: (postgresql-(\d+))\s/.exec(text);
      if (!newest) throw new Error('no package postgresql-<version> in the package lists');
      if (Number(newest[2]) < PROGRAMS.postgres.minimum[0]) {
        throw new Error(`this system's packages end at PostgreSQL ${newest[2]}`);
      }
      own.push(newest[1] as string);
    }
    const plan = await this.text('apt-get', ['-s', 'install', '--no-install-recommends', ...own]);
    // `Inst name (version …)` is new to the machine, `Inst name [old version] (…)` is an upgrade of what works already
    const missing = [...plan.matchAll(/^Inst (\S+) \(/gm)].map((line) => line[1] as string);
    return [...new Set([...own, ...missing.filter((name) => !NOT_NEEDED.test(name))])];
  }
}

/**
 * Downloads the packages and unpacks them below `<serversDir>/<kind>`: no root, no services, nothing
 * outside that folder.
 * @throws with what apt said, or which libraries the unpacked program still lacks
 */
export async function unpack(
  kind: ServerKind,
  serversDir: string,
  apt: Apt,
  progress: (line: string) => void,
): Promise<ServerBinary> {
  mkdirSync(serversDir, { recursive: true });
  const work = mkdtempSync(join(serversDir, '.unpacking-'));
  try {
    const tree = join(work, 'tree');
    mkdirSync(tree, { mode: 0o755 });
    const download = async (): Promise<void> => {
      const packages = await apt.packagesFor(kind);
      progress(`downloading ${packages.join(' ')}`);
      await apt.text('apt-get', ['-qq', 'download', ...packages], work);
    };
    // stale or absent lists know no candidate or an address that is gone: only then fetch fresh ones
    await download().catch(async () => {
      progress('fetching package lists');
      await apt.refresh();
      await download();
    });
    for (const file of globSync('*.deb', { cwd: work })) await run('dpkg', ['-x', join(work, file), tree]);
    const target = join(serversDir, kind);
    // another start of this checkout may have been quicker: then its tree is as good as ours
    if (!findUnpacked(kind, serversDir)) {
      rmSync(target, { recursive: true, force: true });
      renameSync(tree, target);
    }
    return findUnpacked(kind, serversDir) ?? explain(kind, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function explain(kind: ServerKind, tree: string): never {
  const { name, minimum } = PROGRAMS[kind];
  const program = globSync(`**/${name}`, { cwd: tree }).find((file) => statSync(join(tree, file)).isFile());
  if (!program || !existsSync('/usr/bin/ldd'))
    throw new Error(`no ${name} >= ${minimum.join('.')} in the packages`);
  const env = { ...AS_C, LD_LIBRARY_PATH: libraryPathOf(tree) ?? '' };
  const lacking = spawnSync('ldd', [join(tree, program)], { encoding: 'utf8', env }).stdout ?? '';
  const libraries = [...lacking.matchAll(/^\s*(\S+) => not found/gm)].map((line) => line[1]);
  throw new Error(
    libraries.length > 0
      ? `${program} lacks ${libraries.join(', ')}`
      : `${program} is older than ${minimum.join('.')} or does not run`,
  );
}
