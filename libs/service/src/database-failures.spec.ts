import { isDependencyFailure } from './database-failures.ts';

const failure = (message: string, code?: string): Error =>
  Object.assign(new Error(message), code ? { code } : {});

describe('isDependencyFailure', () => {
  it.each([
    ['a refused connection', failure('connect', 'ECONNREFUSED')],
    ['a server that shuts down', failure('terminating connection', '57P01')],
    ['too many connections', failure('sorry', '53300')],
    ['a serialization failure', failure('retry', '40001')],
    ['a deadlock', failure('deadlock detected', '40P01')],
    ['a transaction that stood still', failure('terminating connection', '25P03')],
    ['a statement that ran out of time', failure('canceling statement', '57014')],
    ['a connection that broke', failure('Connection terminated unexpectedly')],
    ['a server that fell silent', failure('Query read timeout')],
    ['a wrapped one', new Error('query failed', { cause: failure('read', 'ECONNRESET') })],
  ])('tells %s', (_what, error) => {
    expect(isDependencyFailure(error)).toBe(true);
  });

  it.each([
    ['a violated constraint', failure('duplicate key', '23505')],
    ['bad SQL', failure('syntax error', '42601')],
    ['a bug of ours', new TypeError('undefined is not a function')],
    ['no error at all', 'text'],
  ])('blames the work itself for %s', (_what, error) => {
    expect(isDependencyFailure(error)).toBe(false);
  });
});
