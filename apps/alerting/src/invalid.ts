import { type FieldProblem, Refusal } from '@souk/contracts';

/** The command makes no sense: what is wrong, field by field. */
export function invalid(...problems: FieldProblem[]): Refusal {
  const detail = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ');
  return new Refusal('invalid', detail, { problems });
}
