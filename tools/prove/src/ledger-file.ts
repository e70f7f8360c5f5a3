import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { AccountName, Line } from './workload.ts';

/** What the generator did and what it was told, one record a line; written and synced before it goes on. */
export type LedgerRecord =
  | { event: 'attempt'; at: string; lane: number; batch: number; account: AccountName; lines?: Line[] }
  | { event: 'ok'; at: string; lane: number; batch: number }
  /** No answer, or one that does not say whether it took effect. */
  | { event: 'unknown'; at: string; lane: number; batch: number; why: string };

/** An append-only file outside the system; a record is on the disk when `write` resolves. */
export class LedgerFile {
  readonly #file: FileHandle;
  #waiting: { text: string; done: () => void; failed: (error: unknown) => void }[] = [];
  #writing: Promise<void> | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async create(path: string): Promise<LedgerFile> {
    return new LedgerFile(await open(path, 'wx', 0o600));
  }

  /** Records that wait at the same time share one sync. */
  write(record: LedgerRecord): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ text: `${JSON.stringify(record)}\n`, done, failed });
      this.#writing ??= this.#writeAll();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#file.appendFile(group.map(({ text }) => text).join(''));
        await this.#file.datasync();
        for (const { done } of group) done();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
    this.#writing = undefined;
  }
}

/** A request and what became of it in the end. */
export interface Sent {
  lane: number;
  batch: number;
  account: AccountName;
  lines: Line[];
  attempts: number;
  /** Attempts whose outcome nobody knows. */
  unknown: number;
  isAcknowledged: boolean;
}

/** Every request in the order in which its lane sent it. */
export function readLedger(path: string): Sent[] {
  const sent = new Map<string, Sent>();
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    if (text === '') continue;
    const record = JSON.parse(text) as LedgerRecord;
    const key = `${record.lane} ${record.batch}`;
    const known = sent.get(key);
    if (record.event === 'attempt') {
      if (known) known.attempts += 1;
      else {
        const { lane, batch, account, lines = [] } = record;
        sent.set(key, { lane, batch, account, lines, attempts: 1, unknown: 0, isAcknowledged: false });
      }
    } else if (record.event === 'ok') known!.isAcknowledged = true;
    else known!.unknown += 1;
  }
  return [...sent.values()];
}
