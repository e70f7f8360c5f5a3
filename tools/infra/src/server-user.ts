import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The account PostgreSQL runs under; empty when this process may run it itself. */
export interface ServerUser {
  uid?: number;
  gid?: number;
}

/** PostgreSQL refuses to run as root: then `postgres` or, without it, `nobody` runs it. */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const uid = spawnSync('id', ['-u', name], { encoding: 'utf8' });
    const gid = spawnSync('id', ['-g', name], { encoding: 'utf8' });
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error(
    'PostgreSQL cannot run as root and there is neither a postgres nor a nobody account: run as another user',
  );
}

/** Whether an account can walk through every folder down to this one (its nearest existing parent counts). */
export function isReachable(folder: string, user: ServerUser): boolean {
  if (user.uid === undefined) return true;
  let path = resolve(folder);
  for (;;) {
    try {
      path = realpathSync(path);
      break;
    } catch {
      path = dirname(path);
    }
  }
  for (let parent = path; ; parent = dirname(parent)) {
    const { mode, uid, gid } = statSync(parent);
    const needed = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & needed) === 0) return false;
    if (parent === dirname(parent)) return true;
  }
}

/**
 * The folder for what PostgreSQL's account must reach. Normally the data folder itself; for root with a
 * checkout below a private home it is a folder of this data folder's own below /var/lib/souk.
 */
export function reachableHome(dataDir: string): string {
  if (isReachable(dataDir, serverUser())) return dataDir;
  const id = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12);
  const home = join('/var/lib/souk', id);
  mkdirSync(home, { recursive: true, mode: 0o755 });
  return home;
}
