import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { OperationSpec } from './operation.ts';
import { Problem, problemOfZod } from './problem.ts';

const UNSTORABLE = 'holds a NUL character or half of a character pair';

/** Replaces parameters, query and body by what their schemas make of them; throws a Problem that names the fields. */
export function readInput(request: FastifyRequest, operation: OperationSpec): void {
  const { params, query, body } = operation;
  if (params) request.params = parse(params, request.params, 'The address');
  if (query) request.query = parse(query, request.query, 'The query');
  if (body) request.body = parse(body, request.body, 'The body');
}

function parse(schema: z.ZodType, value: unknown, where: string): unknown {
  const result = schema.safeParse(value);
  if (!result.success) throw problemOfZod(result.error, where);
  const fields = unstorableIn(result.data);
  if (fields.length === 0) return result.data;
  throw new Problem('invalid', `${where} is not valid. ${fields[0]}: ${UNSTORABLE}`, {
    errors: fields.map((field) => ({ field, problem: UNSTORABLE })),
  });
}

/** Fields whose text no database keeps: with NUL, or half of a character pair. */
function unstorableIn(value: unknown, path: string[] = []): string[] {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0') ? [] : [path.join('.')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => unstorableIn(inner, [...path, name]));
}
