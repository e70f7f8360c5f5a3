import { createHash } from 'node:crypto';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { Problem } from './problem.ts';
const MAX_BODY_BYTES = 1024 * 1024;
/** One parser for every body: streamed routes get the stream, all others JSON of at most 1 MiB. */
export function useBodies(fastify) {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (request, payload, done) => {
    const { operation } = request.routeOptions.config;
    if (!operation || operation.streamedBody) return done(null, payload);
    readJson(request, payload).then(
      (body) => done(null, body),
      (error) => done(error),
    );
  });
}
/** What a repeated request must have in common with the first one. */
export const fingerprintOf = (request) => {
  const at = request.url.indexOf('?');
  return createHash('sha256').update(at === -1 ? '\n' : `${request.url.slice(at)}\n`);
};
async function readJson(request, payload) {
  if (request.headers['content-encoding'] !== undefined) {
    throw new Problem('unsupported-media-type', 'Only /v1/observations takes compressed bodies.');
  }
  const pieces = [];
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
  const type = request.headers['content-type']?.split(';')[0].trim().toLowerCase();
  if (type !== 'application/json') {
    throw new Problem(
      'unsupported-media-type',
      `Send application/json, not ${type ?? 'a body without a type'}.`,
    );
  }
  return parseJson(body.toString());
}
/** @throws Problem that names the position */
export function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    const offset = positionOf(error) ?? firstBadCharacter(text);
    const before = text.slice(0, offset).split('\n');
    const place = `line ${before.length}, column ${before.at(-1).length + 1}`;
    const problem =
      offset < text.length ? `there is no valid JSON at ${place}` : `the JSON ends too early, at ${place}`;
    throw new Problem('malformed-body', `The body is not JSON: ${problem}.`, {
      errors: [{ field: '', line: before.length, problem }],
    });
  }
}
function positionOf(error) {
  const match = /at position (\d+)/.exec(error instanceof Error ? error.message : '');
  return match ? Number(match[1]) : undefined;
}
/** JSON.parse does not always say where: the longest beginning that could still become JSON ends there. */
function firstBadCharacter(text) {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const length = (good + bad) >> 1;
    if (canBecomeJson(text.slice(0, length))) good = length;
    else bad = length;
  }
  return good;
}
function canBecomeJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    return positionOf(error) === text.length || error.message.startsWith('Unexpected end');
  }
}
