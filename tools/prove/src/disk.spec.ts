import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { voidReasons } from './conclude.ts';
import { Disks, type Store } from './disk.ts';
import type { Evidence } from './evidence.ts';
import { carryOut } from './faults.ts';
import type { Fault } from './plan.ts';
import type { System } from './system.ts';

const FULL: Fault = { kind: 'full', atMs: 0, store: 'PostgreSQL', forMs: 6_000 };
const WORKS = 'exit 0';

describe('where nothing may be mounted', () => {
  let folder: string;
  const path = process.env.PATH;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'souk-disk-'));
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Mounts with these programs in the place of the system's. */
  async function mountWith(programs: Record<string, string>): Promise<Disks> {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const [name, script] of Object.entries(programs))
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    process.env.PATH = [bin, path].join(delimiter);
    const places: Record<Store, string> = {
      NATS: join(folder, 'nats'),
      PostgreSQL: join(folder, 'postgres'),
    };
    return Disks.mount(folder, places, true);
  }

  it.each([
    ['loop devices are missing', { mount: 'echo "mount: failed to setup loop device" >&2; exit 32' }],
    ['we are not root', { mount: 'echo "mount: only root can do that" >&2; exit 1' }],
    ['there is no mkfs.ext4', { 'mkfs.ext4': 'echo "mkfs.ext4: not found" >&2; exit 127' }],
  ])(
    'because %s, the full disk is left out with the reason, and the run is not void for it',
    async (_, fails) => {
      const disks = await mountWith({ 'mkfs.ext4': WORKS, mount: WORKS, umount: WORKS, ...fails });
      expect(disks.problem).toMatch(/^(mount|mkfs\.ext4): (mount|mkfs\.ext4): /);
      expect(existsSync(join(folder, 'NATS.image'))).toBe(false);

      const outcomes = await carryOut([FULL], { disks } as System, Date.now(), () => undefined);
      expect(outcomes).toEqual([{ fault: FULL, tookEffect: false, leftOut: disks.problem }]);
      const evidence = { sent: [], alerts: [{}], shop: { calls: [0] } } as unknown as Evidence;
      const run = { outcomes, evidence, tenants: [] };
      expect(voidReasons({ faults: ['full'] }, run)).toEqual([]);
    },
  );

  it('to the second store, the first is unmounted again and its image is gone', async () => {
    const unmounted = join(folder, 'unmounted');
    const disks = await mountWith({
      'mkfs.ext4': WORKS,
      mount: 'case "$3" in *PostgreSQL*) echo no >&2; exit 32 ;; esac',
      umount: `echo "$1" > ${unmounted}`,
    });
    expect(disks.problem).toBe('mount: no');
    expect(readFileSync(unmounted, 'utf8').trim()).toBe(join(folder, 'nats'));
    expect(existsSync(join(folder, 'NATS.image'))).toBe(false);
    expect(existsSync(join(folder, 'PostgreSQL.image'))).toBe(false);
  });
});

describe('a disk that is full', () => {
  it('is kept full, whatever the store removes, until the store refused something', async () => {
    let freeBytes = 4_096;
    let fills = 0;
    let asked = 0;
    const disk = {
      fill: () => {
        freeBytes = 0;
        fills += 1;
        return Promise.resolve();
      },
      free: () => (freeBytes = 8_192),
    };
    const system = {
      disks: { of: () => disk },
      readyUrlOf: () => undefined,
      sql: () => {
        expect(freeBytes).toBe(0);
        asked += 1;
        freeBytes = asked < 3 ? 4_096 : 0; // it removed something, and took what came
        return Promise.resolve([{ count: freeBytes === 0 ? 7 : 0 }]);
      },
    } as unknown as System;
    const full: Fault = { kind: 'full', atMs: 0, store: 'NATS', forMs: 100 };
    const [outcome] = await carryOut([full], system, Date.now(), () => undefined);
    expect(outcome).toMatchObject({ tookEffect: true });
    expect({ asked, fills, freeBytes }).toEqual({ asked: 3, fills: 3, freeBytes: 8_192 });
  });
});
