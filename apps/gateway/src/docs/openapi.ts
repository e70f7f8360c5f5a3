import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiParameters,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import type { OperationSpec } from '../http/operation.ts';
import type { Route } from '../http/operations.ts';
import { PROBLEMS, type ProblemCode, ProblemDocument } from '../http/problem.ts';
import { Observation } from '../observations/observation.schemas.ts';

const DESCRIPTION = `Watch prices in many shops, know how good a deal really is, and hear of it within a second.

**Keys.** Send \`Authorization: Bearer souk_…\`. A key has scopes; a revoked key is refused everywhere within 5 s.

**Problems** are RFC 9457 documents (\`application/problem+json\`) that name the field and the trace.

**Lists** take \`limit\` and \`cursor\`; \`next\` is the cursor of the following page, null at the end.

**Repeating a POST.** Send an \`Idempotency-Key\`: the same key with the same body is done once and answered alike
for at least 24 hours (with \`Idempotency-Replayed: true\`); with another body it is refused.

**Prices** are exact decimal strings with a currency. **Credits**: what a route costs is said there.`;

/** The OpenAPI 3.1 document of these routes. */
export function openApiOf(routes: readonly Route[], serverUrl: string): ReturnType<typeof createDocument> {
  const paths: NonNullable<ZodOpenApiObject['paths']> = {};
  for (const { method, path, operation } of routes) {
    if (operation.isHidden) continue;
    (paths[path] ??= {})[method.toLowerCase() as 'get'] = operationOf(method, path, operation);
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Souk',
      version: '1.0.0',
      description: DESCRIPTION,
      license: { name: 'AGPL-3.0-only', identifier: 'AGPL-3.0-only' },
    },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      schemas: { Observation, Problem: ProblemDocument },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'souk_…', description: 'An API key.' },
      },
    },
  });
}

function operationOf(method: string, path: string, operation: OperationSpec): ZodOpenApiOperationObject {
  const { id, summary, scope, credits, query, params, bodyExample } = operation;
  const facts = [
    operation.description,
    scope === null
      ? undefined
      : `Scope: \`${scope}\`${scope === 'operator' ? " (of the operator's account)" : ''}.`,
    credits ? `Cost: ${credits} credit${credits === 1 ? '' : 's'}; what fails costs nothing.` : undefined,
  ];
  const header = headersOf(method, operation);
  const requestParams: ZodOpenApiParameters = {
    ...(params && { path: params }),
    ...(query && { query }),
    ...(header && { header }),
  };
  return {
    operationId: id,
    summary,
    description: facts.filter(Boolean).join('\n\n'),
    tags: [path.split('/')[1] === 'v1' ? path.split('/')[2]! : 'service'],
    security: scope === null ? [] : [{ apiKey: [] }],
    ...(scope !== null && { 'x-scope': scope }),
    ...(Object.keys(requestParams).length > 0 && { requestParams }),
    ...(operation.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: operation.body, example: bodyExample } },
      },
    }),
    ...(operation.streamedBody && { requestBody: streamedBodyOf(operation.streamedBody) }),
    responses: responsesOf(method, operation),
  };
}

function headersOf(method: string, operation: OperationSpec): z.ZodObject | undefined {
  const shape: Record<string, z.ZodType> = {};
  if (method === 'POST') {
    shape['Idempotency-Key'] = z
      .string()
      .max(255)
      .optional()
      .meta({ description: 'Name of this command; repeated with it, it is done once.' });
  }
  for (const [name, description] of Object.entries(operation.headers ?? {})) {
    shape[name] = z.string().optional().meta({ description });
  }
  return Object.keys(shape).length > 0 ? z.object(shape) : undefined;
}

function streamedBodyOf({
  contentTypes,
}: NonNullable<OperationSpec['streamedBody']>): ZodOpenApiOperationObject['requestBody'] {
  const content = Object.entries(contentTypes).map(([type, { description, example, schema }]) => [
    type,
    {
      schema: schema ?? z.string().meta({ description }),
      example: type === 'application/json' ? JSON.parse(example) : example,
    },
  ]);
  return { required: true, content: Object.fromEntries(content) };
}

function responsesOf(method: string, operation: OperationSpec): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = {};
  for (const [status, response] of Object.entries(operation.responses)) {
    const { description, schema, contentType, otherTypes = [], example } = response;
    const hasBody = schema !== undefined || contentType !== undefined;
    responses[status as '200'] = {
      description,
      ...(hasBody && {
        content: {
          [contentType ?? 'application/json']: {
            schema: schema ?? z.string(),
            ...(example !== undefined && { example }),
          },
          ...Object.fromEntries(otherTypes.map((type) => [type, { schema: z.string() }])),
        },
      }),
    };
  }
  for (const status of problemStatusesOf(method, operation))
    responses[String(status) as '400'] ??= problemResponse(status);
  return responses;
}

/** What may go wrong on a route, as far as it follows from what the route is. */
function problemStatusesOf(method: string, operation: OperationSpec): number[] {
  if (operation.scope === null)
    return operation.isHidden ? [] : [...(operation.params ? [400, 404, 422] : []), 500];
  const hasBody = operation.body !== undefined || operation.streamedBody !== undefined;
  return [
    ...(hasBody || operation.params ? [400] : []),
    ...(hasBody ? [413, 415] : []),
    ...(operation.streamedBody ? [408] : []),
    401,
    ...(operation.credits ? [402] : []),
    403,
    ...(operation.params || operation.body ? [404] : []),
    ...(method === 'GET' ? [] : [409]),
    ...(hasBody || operation.query || operation.params || method === 'POST' ? [422] : []),
    429,
    500,
    503,
  ].toSorted((a, b) => a - b);
}

function problemResponse(status: number): NonNullable<ZodOpenApiResponsesObject['400']> {
  const kinds = Object.entries(PROBLEMS).filter(([, problem]) => problem.status === status);
  return {
    description: kinds.map(([, { title }]) => title).join('; '),
    content: {
      'application/problem+json': {
        schema: ProblemDocument,
        examples: Object.fromEntries(
          kinds.map(([code]) => [code, { value: exampleOf(code as ProblemCode) }]),
        ),
      },
    },
  };
}

function exampleOf(code: ProblemCode): unknown {
  const { title, status, advice } = PROBLEMS[code];
  const errors = code === 'invalid' ? [{ field: 'when.dropPercent', problem: 'must be above 0' }] : undefined;
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: advice,
    instance: '/requests/0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    ...(errors && { errors }),
  };
}
