import { problemOfZod } from './problem.ts';
/** Replaces parameters, query and body by what their schemas make of them; throws a Problem that names the fields. */
export function readInput(request, operation) {
  const { params, query, body } = operation;
  if (params) request.params = parse(params, request.params, 'The address');
  if (query) request.query = parse(query, request.query, 'The query');
  if (body) request.body = parse(body, request.body, 'The body');
}
function parse(schema, value, where) {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw problemOfZod(result.error, where);
}
