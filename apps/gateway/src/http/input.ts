import { readInput as readBy } from '@souk/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { OperationSpec } from './operation.ts';
import { problemOfFields } from './problem.ts';

/** Replaces parameters, query and body by what their schemas make of them; throws a Problem that names the fields. */
export function readInput(request: FastifyRequest, operation: OperationSpec): void {
  const { params, query, body } = operation;
  if (params) request.params = parse(params, request.params, 'The address');
  if (query) request.query = parse(query, request.query, 'The query');
  if (body) request.body = parse(body, request.body, 'The body');
}

function parse(schema: z.ZodType, value: unknown, where: string): unknown {
  const { data, problems } = readBy(schema, value);
  if (problems) throw problemOfFields(problems, where);
  return data;
}
