import { slowStreamClients } from '../http/metrics.ts';
import { alertEvent, comment } from './event-text.ts';
/** What may wait for a client that does not read. */
const MAX_WAITING_BYTES = 1024 * 1024;
const DRAIN_WITHIN_MS = 30000;
const GONE_AFTER_MS = 1000;
/** One listener to the stream: its key, how far it got, and the connection. */
export class StreamClient {
  caller;
  response;
  position;
  isClosing = false;
  constructor(
    caller,
    response,
    /** The last alert that was written. */
    position,
  ) {
    this.caller = caller;
    this.response = response;
    this.position = position;
  }
  get isOpen() {
    return !this.isClosing && !this.response.destroyed && !this.response.writableEnded;
  }
  /** Writes what the client does not have yet. */
  send(alerts) {
    for (const alert of alerts) {
      if (alert.position <= this.position || !this.isOpen) continue;
      this.position = alert.position;
      this.write(alertEvent(alert));
    }
  }
  /** A client that does not read is closed: it comes back and goes on where it was. */
  write(text) {
    if (!this.isOpen) return;
    this.response.write(text);
    if (this.response.writableLength <= MAX_WAITING_BYTES) return;
    slowStreamClients.inc();
    this.close('too slow: reconnect with Last-Event-ID');
  }
  /** Resolves once the client has taken what was written; one that does not is closed. */
  async drained() {
    if (!this.response.writableNeedDrain || !this.isOpen) return;
    await new Promise((resolve) => {
      const timer = setTimeout(() => {
        slowStreamClients.inc();
        this.close('too slow: reconnect with Last-Event-ID');
        resolve();
      }, DRAIN_WITHIN_MS);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.response.once('drain', done);
      this.response.once('close', done);
    });
  }
  close(reason) {
    if (!this.isOpen) return;
    this.isClosing = true;
    this.response.end(comment(reason));
    setTimeout(() => this.response.destroy(), GONE_AFTER_MS).unref();
  }
}
