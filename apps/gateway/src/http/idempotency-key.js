import { commandIdOf, newId } from '@souk/contracts';
import { Problem } from './problem.ts';
const KEY = /^[\x21-\x7e]{1,255}$/;
/** The request's Idempotency-Key; a Problem when it is no usable one. */
export function idempotencyKeyOf(request) {
  const value = request.headers['idempotency-key'];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && KEY.test(value)) return value;
  const problem = 'must be 1 to 255 visible ASCII characters without spaces';
  throw new Problem('invalid', `The header Idempotency-Key ${problem}.`, {
    errors: [{ field: 'Idempotency-Key', problem }],
  });
}
/**
 * Id of what a command makes. With an Idempotency-Key it follows from the key, so that the command repeated
 * makes the same thing once, even after a crash; `part` tells apart several things of one command.
 */
export function idFor(request, accountId, part = '') {
  const key = idempotencyKeyOf(request);
  return key === undefined ? newId() : commandIdOf(accountId, part === '' ? key : `${key}\n${part}`);
}
