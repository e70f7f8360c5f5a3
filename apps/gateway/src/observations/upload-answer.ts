import { Refusal } from '@souk/contracts';
import { Problem, type ProblemCode, problemOfRefusal } from '../http/problem.ts';
import { LINE_LIMITS } from './line-splitter.ts';
import type { UploadResult } from './observation.schemas.ts';
import type { Progress } from './upload.ts';

const MAX_ERRORS = 100;
const SAFE_TO_REPEAT = 'Sending it again is safe: the same observation is stored once.';

/** What to answer to an upload; throws a Problem, with the same members, when it did not go well. */
export function answerOf({ accepted, rejectedCount, rejected, stop }: Progress): UploadResult {
  const result: UploadResult = { accepted, rejectedCount, rejected };
  const problem = (code: ProblemCode, detail: string, closes = false): Problem =>
    new Problem(code, detail, {
      errors: rejected
        .slice(0, MAX_ERRORS)
        .map(({ line, field, problem: text }) => ({ field, line, problem: text })),
      members: { ...result },
      ...(closes && { headers: { connection: 'close' } }),
    });
  const said = `${accepted} lines were accepted`;
  switch (stop?.kind) {
    case undefined:
      if (accepted > 0 || rejectedCount === 0) return result;
      throw problem(
        'nothing-accepted',
        `None of ${rejectedCount} lines was accepted; the first problem: ${textOf(rejected[0])}`,
      );
    case 'too-many-lines':
      throw problem(
        'too-large',
        `A request takes at most ${LINE_LIMITS.maxLines} lines; those beyond were not read, ${said}.`,
      );
    case 'too-large':
      throw problem('too-large', `The body is larger than 256 MiB; the rest was not read, ${said}.`, true);
    case 'cut':
      throw problem(
        stop.isLate ? 'timeout' : 'incomplete-body',
        `${stop.isLate ? 'The body did not arrive in time' : `Not all of the body was read: ${stop.reason}`}; ${said}. ${SAFE_TO_REPEAT}`,
        true,
      );
    case 'refused':
      throw refusedProblem(stop.error, result);
  }
}

function refusedProblem(error: unknown, result: UploadResult): unknown {
  if (!(error instanceof Refusal)) return error;
  const { code, message, options } = problemOfRefusal(error);
  const detail = `${message}. At least ${result.accepted} lines were accepted before. ${SAFE_TO_REPEAT}`;
  return new Problem(code, detail, { ...options, members: { ...result } });
}

const textOf = (rejected: Progress['rejected'][number] | undefined): string =>
  rejected ? `line ${rejected.line}, ${rejected.field ? `${rejected.field}: ` : ''}${rejected.problem}` : '';
