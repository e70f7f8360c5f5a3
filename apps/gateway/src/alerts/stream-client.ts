import type { ServerResponse } from 'node:http';
import type { InboxEntry } from '@souk/contracts';
import { slowStreamClients } from '../http/metrics.ts';
import type { CallerInfo } from '../http/request.ts';
import { isGone } from '../http/stream-places.ts';
import { positionOf } from './account-feed.ts';
import { comment, entryEvent, positionMark } from './event-text.ts';

/** What may wait for a client that does not read. */
const MAX_WAITING_BYTES = 1024 * 1024;
const DRAIN_WITHIN_MS = 30_000;
const GONE_AFTER_MS = 1_000;

/** One listener to the stream: its key, how far it got, and the connection. */
export class StreamClient {
  private isClosing = false;

  constructor(
    readonly caller: CallerInfo,
    private readonly response: ServerResponse,
    /** The last entry that was written. */
    public position: number,
  ) {}

  get isOpen(): boolean {
    return !this.isClosing && !isGone(this.response) && !this.response.writableEnded;
  }

  /**
   * To be told each newest position before what comes after the own one. A position beyond it is none of this data,
   * as after `--fresh`: such a client would wait for ever, so it begins now.
   */
  cutTo(newest: number): void {
    if (this.position <= newest) return;
    this.position = newest;
    this.write(positionMark(newest));
  }

  /** Writes what the client does not have yet. */
  send(entries: readonly InboxEntry[]): void {
    for (const entry of entries) {
      const position = positionOf(entry);
      if (position <= this.position || !this.isOpen) continue;
      this.position = position;
      this.write(entryEvent(entry));
    }
  }

  /** A client that does not read is closed: it comes back and goes on where it was. */
  write(text: string): void {
    if (!this.isOpen) return;
    this.response.write(text);
    if (this.response.writableLength <= MAX_WAITING_BYTES) return;
    slowStreamClients.inc();
    this.close('too slow: reconnect with Last-Event-ID');
  }

  /** Resolves once the client has taken what was written; one that does not is closed. */
  async drained(): Promise<void> {
    if (!this.response.writableNeedDrain || !this.isOpen) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        slowStreamClients.inc();
        this.close('too slow: reconnect with Last-Event-ID');
        resolve();
      }, DRAIN_WITHIN_MS);
      const done = (): void => {
        clearTimeout(timer);
        this.response.off('drain', done).off('close', done);
        resolve();
      };
      this.response.once('drain', done);
      this.response.once('close', done);
    });
  }

  close(reason: string): void {
    if (!this.isOpen) return;
    this.isClosing = true;
    this.response.end(comment(reason));
    setTimeout(() => this.response.destroy(), GONE_AFTER_MS).unref();
  }
}
