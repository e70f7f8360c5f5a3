import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { documentOf, Problem } from './problem.ts';
import { newId } from '@souk/contracts';

/** Requests that are being read, by connection: they end in an answer of their own when the connection breaks off. */
const reading = new WeakMap<Duplex, (cause: 'cut' | 'timeout') => void>();

/** `ended` is called when the rest of the request's body will not come; until the returned function is called. */
export function whenCutOff(connection: Duplex, ended: (cause: 'cut' | 'timeout') => void): () => void {
  reading.set(connection, ended);
  return () => reading.delete(connection);
}

/** What cannot be read as HTTP, or stays incomplete, is answered with a problem as well, then closed. */
export function answerClientErrors(server: Server): void {
  server.removeAllListeners('clientError');
  server.on('clientError', (error: NodeJS.ErrnoException, connection) => {
    if (error.code === 'ECONNRESET' || connection.destroyed) return void connection.destroy();
    const ended = reading.get(connection);
    if (ended) return ended(error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'timeout' : 'cut');
    connection.end(rawAnswer(error.code), () => connection.destroy());
  });
}

function rawAnswer(code: string | undefined): string {
  const { status, document } = documentOf(problemOf(code), {
    instance: `/requests/${newId()}`,
    traceId: undefined,
  });
  const body = JSON.stringify(document);
  return [
    `HTTP/1.1 ${status} ${document.title}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

function problemOf(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Problem('timeout', 'The request did not arrive in time.');
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem('malformed-request', 'The headers are too large.');
  return new Problem('malformed-request', 'This is no complete HTTP/1.1 request.');
}
