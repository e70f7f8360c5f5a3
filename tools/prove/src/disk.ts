import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 30_000;
/** An image is sparse: it takes what is written to it, not its size. */
const SIZE_BYTES = 8 * 1024 ** 3;
const FILLER = 'filler';
const BLOCK = Buffer.alloc(256 * 1024);

/** A file system of its own in an image file, so that it can be full without the machine's being so. */
export class Disk {
  readonly #mountPoint: string;

  private constructor(mountPoint: string) {
    this.#mountPoint = mountPoint;
  }

  /**
   * Makes one and mounts it.
   * @throws why that cannot be done here: it needs root, mkfs.ext4 and loop devices
   */
  static async mount(image: string, mountPoint: string): Promise<Disk> {
    mkdirSync(mountPoint, { recursive: true });
    const file = await open(image, 'wx', 0o600);
    await file.truncate(SIZE_BYTES);
    await file.close();
    try {
      // nothing kept back for root: it runs the broker
      await command('mkfs.ext4', '-q', '-m', '0', '-E', 'nodiscard', image);
      await command('mount', '-o', 'loop', image, mountPoint);
    } catch (error) {
      rmSync(image, { force: true });
      throw error;
    }
    rmSync(join(mountPoint, 'lost+found'), { recursive: true, force: true });
    return new Disk(mountPoint);
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#mountPoint);
    return bavail * bsize;
  }

  /** Takes all that is free: most of it at once, the rest by writing until nothing goes in any more. */
  async fill(): Promise<void> {
    const path = join(this.#mountPoint, FILLER);
    const most = Math.floor(this.freeBytes * 0.999);
    if (most > 0) await command('fallocate', '-l', String(most), path).catch(() => undefined);
    const file = await open(path, 'a', 0o600);
    try {
      for (const bytes of [BLOCK, BLOCK.subarray(0, 4_096)]) while (await fits(file, bytes));
    } finally {
      await file.close();
    }
  }

  free(): void {
    rmSync(join(this.#mountPoint, FILLER), { force: true });
  }

  /** What lay in it is gone with it. */
  async unmount(): Promise<void> {
    await command('umount', this.#mountPoint);
  }
}

async function fits(file: FileHandle, bytes: Buffer): Promise<boolean> {
  try {
    return (await file.write(bytes)).bytesWritten === bytes.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

async function command(name: string, ...args: string[]): Promise<void> {
  await run(name, args, { timeout: COMMAND_TIMEOUT_MS, env: process.env }).catch(
    (error: { stderr?: string; message: string }) => {
      throw new Error(`${name}: ${(error.stderr || error.message).trim().slice(0, 300)}`);
    },
  );
}

/** The stores that can run out of space. */
export const STORES = ['NATS', 'PostgreSQL'] as const;
export type Store = (typeof STORES)[number];

/** A disk for each store, or why there is none. */
export class Disks {
  readonly #disks = new Map<Store, Disk>();
  /** Why stores share the machine's disk, which nobody may fill. */
  readonly problem: string | undefined;

  private constructor(disks: Map<Store, Disk>, problem: string | undefined) {
    this.#disks = disks;
    this.problem = problem;
  }

  /** Never throws: where nothing may be mounted, nothing is filled. */
  static async mount(dir: string, places: Record<Store, string>, isWanted = false): Promise<Disks> {
    const disks = new Map<Store, Disk>();
    if (!isWanted) return new Disks(disks, 'no disks were asked for');
    try {
      for (const store of STORES)
        disks.set(store, await Disk.mount(join(dir, `${store}.image`), places[store]));
      return new Disks(disks, undefined);
    } catch (error) {
      for (const [store, disk] of disks) {
        await disk.unmount();
        rmSync(join(dir, `${store}.image`), { force: true });
      }
      return new Disks(new Map(), error instanceof Error ? error.message : String(error));
    }
  }

  of(store: Store): Disk | undefined {
    return this.#disks.get(store);
  }

  async unmount(): Promise<void> {
    for (const disk of this.#disks.values()) await disk.unmount();
  }
}
