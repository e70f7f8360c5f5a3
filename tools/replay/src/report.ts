import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** The defects of a replay, one line each: `file:line: reason`. */
export class Report {
  readonly #stream: Writable;
  readonly #isOwn: boolean;
  lines = 0;

  private constructor(stream: Writable, isOwn: boolean) {
    this.#stream = stream;
    this.#isOwn = isOwn;
  }

  /** Writes to the file, or to standard error when the path is `-`. */
  static async open(path: string): Promise<Report> {
    if (path === '-') return new Report(process.stderr, false);
    await mkdir(dirname(path), { recursive: true });
    const stream = createWriteStream(path);
    await once(stream, 'open');
    return new Report(stream, true);
  }

  /** Returns a promise only when the reader has to wait for the disk. */
  add(at: string, reason: string): Promise<unknown> | undefined {
    this.lines += 1;
    return this.#stream.write(`${at}: ${reason}\n`) ? undefined : once(this.#stream, 'drain');
  }

  async close(): Promise<void> {
    if (!this.#isOwn) return;
    this.#stream.end();
    await once(this.#stream, 'finish');
  }
}
