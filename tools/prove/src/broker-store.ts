import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './process-state.ts';
import type { System } from './system.ts';

/** How old the state is that a broker is set back to. */
export const SET_BACK_BY_MS = 4_000;
const POLL_MS = 5;
const DEAD_WITHIN_MS = 5_000;

interface Places {
  store: string;
  copy: string;
  aside: string;
}

const placesOf = ({ dataDir }: System): Places => ({
  store: join(dataDir, 'nats', 'store'),
  copy: join(dataDir, 'nats', 'store-copy'),
  aside: join(dataDir, 'nats', 'store-aside'),
});

/** What a power cut a while ago would have left: the files as they are, while they are written. */
export function keepCopyOfStore(system: System): void {
  const { store, copy } = placesOf(system);
  rmSync(copy, { recursive: true, force: true });
  cpSync(store, copy, { recursive: true });
}

/**
 * Takes the killed broker's store away, or puts the old copy in its place, before the launcher starts it again.
 * @throws when it was started before that was done: the fault had no effect
 */
export async function forget(how: 'wiped' | 'set back', pid: number, system: System): Promise<void> {
  const { store, copy, aside } = placesOf(system);
  for (const end = Date.now() + DEAD_WITHIN_MS; isAlive(pid); await delay(POLL_MS)) {
    if (Date.now() > end) throw new Error(`process ${pid} did not end`);
  }
  rmSync(aside, { recursive: true, force: true });
  renameSync(store, aside);
  if (how === 'set back') renameSync(copy, store);
  if (![0, pid].includes(system.supervisor.pidOf('NATS')) || (how === 'wiped' && existsSync(store)))
    throw new Error('the broker was started again before its store was changed');
}
