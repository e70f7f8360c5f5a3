import type { FastifyRequest } from 'fastify';
import { fingerprintOf } from '../http/bodies.ts';
import { whenCutOff } from '../http/client-errors.ts';
import { decoded } from './body-stream.ts';

/** A request's body as it comes in: decoded, fingerprinted as it passes, and ended in order when it breaks off. */
export class IncomingBody implements AsyncIterable<Buffer> {
  /** Why there will be no more of it, although more was announced. */
  cutBy: 'cut' | 'timeout' | undefined;
  private readonly source: AsyncIterable<Buffer>;
  private readonly hash: ReturnType<typeof fingerprintOf> | undefined;
  private readonly unwatch: () => void;

  constructor(
    private readonly request: FastifyRequest,
    hasFingerprint: boolean,
  ) {
    const { raw, headers } = request;
    this.source = decoded(raw, headers['content-encoding']);
    this.hash = hasFingerprint ? fingerprintOf(request) : undefined;
    this.unwatch = whenCutOff(raw.socket, (cause) => {
      this.cutBy = cause;
      // Node destroys the connection of a request that ends incomplete; there is an answer to give first.
      raw.complete = true;
      raw.push(null);
    });
  }

  get isWhole(): boolean {
    return this.cutBy === undefined && this.request.raw.complete;
  }

  /** SHA-256 of query and body, once it was read to its end. */
  fingerprint(): Buffer | null {
    return this.hash?.digest() ?? null;
  }

  close(): void {
    this.unwatch();
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    const pieces = this.source[Symbol.asyncIterator]();
    return {
      next: async () => {
        const next = await pieces.next();
        // Before its bytes are rewritten into lines.
        if (!next.done) this.hash?.update(next.value);
        return next;
      },
    };
  }
}
