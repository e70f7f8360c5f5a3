/** PostgreSQL error classes that speak of the server's state, not of the statement. */
const SERVER_STATE_CLASSES = new Set(['08', '53', '57', '58']);
/** Serialization failure, deadlock, lock not available, a transaction that stood still: another try may succeed. */
const TRANSIENT_CODES = new Set(['40001', '40P01', '55P03', '25P03']);
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);
const CONNECTION_MESSAGES =
  /connection terminated|connection ended|timeout exceeded when trying to connect|client was closed|not queryable|query read timeout|Driver not Connected|server closed the connection/i;

/** The server ended a statement that ran for too long. */
const QUERY_CANCELED = '57014';

/**
 * Whether a statement took longer than it may: by a server that is overloaded, or because of what it was asked, which a
 * repetition tells apart.
 */
export const tookTooLong = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === QUERY_CANCELED;

/**
 * Whether an error says that something we depend on is away or overloaded, so that the same work may
 * succeed later: such a failure uses up no attempt.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function isDependencyFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (CONNECTION_CODES.has(code) || TRANSIENT_CODES.has(code)) return true;
  if (/^[0-9A-Z]{5}$/.test(code)) return SERVER_STATE_CLASSES.has(code.slice(0, 2));
  if (CONNECTION_MESSAGES.test(error.message)) return true;
  return error.cause !== undefined && isDependencyFailure(error.cause);
}
