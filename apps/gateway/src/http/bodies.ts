import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { Problem } from './problem.ts';

const MAX_BODY_BYTES = 1024 * 1024;

declare module 'fastify' {
  interface FastifyRequest {
    /** SHA-256 of query and body, when the request carries an Idempotency-Key. */
    fingerprint: Buffer | null;
  }
}

/** One parser for every body: streamed routes get the stream, all others JSON of at most 1 MiB. */
export function useBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (request, payload, done) => {
    const { operation } = request.routeOptions.config;
    if (!operation || operation.streamedBody) return done(null, payload);
    readJson(request, payload).then(
      (body) => done(null, body),
      (error: unknown) => done(error as Error),
    );
  });
}

/** What a repeated request must have in common with the first one. */
export const fingerprintOf = (request: FastifyRequest): ReturnType<typeof createHash> => {
  const at = request.url.indexOf('?');
  return createHash('sha256').update(at === -1 ? '\n' : `${request.url.slice(at)}\n`);
};

async function readJson(request: FastifyRequest, payload: AsyncIterable<Buffer>): Promise<unknown> {
  if (request.headers['content-encoding'] !== undefined) {
    throw new Problem('unsupported-media-type', 'Only /v1/observations takes compressed bodies.');
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of payload) {
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new Problem('too-large', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
    }
    pieces.push(piece);
  }
  const body = Buffer.concat(pieces);
  if (idempotencyKeyOf(request)) request.fingerprint = fingerprintOf(request).update(body).digest();
  if (body.length === 0) return undefined;
  const type = request.headers['content-type']?.split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new Problem(
      'unsupported-media-type',
      `Send application/json, not ${type ?? 'a body without a type'}.`,
    );
  }
  return parseJson(body.toString());
}

/** @throws Problem that names the position */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const offset = positionOf(error) ?? firstBadCharacter(text);
    const before = text.slice(0, offset).split('\n');
    const place = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
    const problem =
      offset < text.length ? `there is no valid JSON at ${place}` : `the JSON ends too early, at ${place}`;
    throw new Problem('malformed-body', `The body is not JSON: ${problem}.`, {
      errors: [{ field: '', line: before.length, problem }],
    });
  }
}

function positionOf(error: unknown): number | undefined {
  const match = /at position (\d+)/.exec(error instanceof Error ? error.message : '');
  return match ? Number(match[1]) : undefined;
}

/** JSON.parse does not always say where: the longest beginning that could still become JSON ends there. */
function firstBadCharacter(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const length = (good + bad) >> 1;
    if (canBecomeJson(text.slice(0, length))) good = length;
    else bad = length;
  }
  return good;
}

function canBecomeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    return positionOf(error) === text.length || (error as Error).message.startsWith('Unexpected end');
  }
}
