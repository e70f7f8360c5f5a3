import { randomBytes } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

const BYTES_AT_ONCE = 4_096;

/** Ids of traces and spans, cut out of random digits made for many at once: every request and message needs some. */
export class TraceIds implements IdGenerator {
  private digits = '';
  private at = 0;

  generateTraceId(): string {
    return this.take(32);
  }

  generateSpanId(): string {
    return this.take(16);
  }

  private take(length: number): string {
    if (this.at + length > this.digits.length) {
      this.digits = randomBytes(BYTES_AT_ONCE).toString('hex');
      this.at = 0;
    }
    const from = this.at;
    this.at += length;
    return this.digits.slice(from, this.at);
  }
}
