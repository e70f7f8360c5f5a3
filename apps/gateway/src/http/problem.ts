import type { FieldProblem, RefusalCode } from '@souk/contracts';
import { z } from 'zod';

/** Every kind of problem the API answers with: its status, its title and what to do about it. */
export const PROBLEMS = {
  'malformed-body': {
    status: 400,
    title: 'The body is not what it says it is',
    advice: 'Send valid JSON, or one JSON object a line as application/x-ndjson.',
  },
  'incomplete-body': {
    status: 400,
    title: 'The body broke off',
    advice: 'Send it again: what was stored already is not stored twice.',
  },
  'malformed-request': {
    status: 400,
    title: 'The request cannot be read',
    advice: 'Check the address and the headers.',
  },
  unauthenticated: {
    status: 401,
    title: 'No valid API key',
    advice: 'Send the header `Authorization: Bearer souk_…` with a key that was not revoked.',
  },
  'payment-required': {
    status: 402,
    title: 'Out of credits',
    advice:
      'Ask the operator for credits (POST /v1/credits/grants). Posting prices, watches and alerts keep working.',
  },
  'missing-scope': {
    status: 403,
    title: 'The key may not do this',
    advice: 'Use a key with the scope that is named.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    advice: 'See /docs for the routes; ids of other accounts are not found either.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    advice: 'Use one of the methods in the Allow header.',
  },
  timeout: { status: 408, title: 'The request took too long', advice: 'Send it again, in smaller parts.' },
  conflict: { status: 409, title: 'Conflict', advice: 'Read the present state, then decide.' },
  'in-progress': {
    status: 409,
    title: 'The same request is still being worked on',
    advice: 'Send it again with the same Idempotency-Key after Retry-After.',
  },
  'too-large': { status: 413, title: 'Too large', advice: 'Send it in several requests.' },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    advice: 'Send application/json; observations also as application/x-ndjson, gzip or zstd compressed.',
  },
  invalid: { status: 422, title: 'A field is missing or wrong', advice: 'Correct the fields in `errors`.' },
  'nothing-accepted': {
    status: 422,
    title: 'No line was accepted',
    advice: 'Correct the lines in `rejected`.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    advice: 'Use a new key for each new command, and the same one only to repeat it unchanged.',
  },
  'too-many': { status: 429, title: 'Too many requests', advice: 'Wait for Retry-After.' },
  internal: {
    status: 500,
    title: 'Souk failed',
    advice: 'Try again; if it stays, look for the trace id in the logs.',
  },
  unavailable: {
    status: 503,
    title: 'A part of Souk is not available',
    advice: 'Send it again after Retry-After, with the same Idempotency-Key if it is a POST.',
  },
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457 problem document. */
export const ProblemDocument = z
  .looseObject({
    type: z.string().meta({ example: '/problems/invalid' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What is wrong this time and what to do.' }),
    instance: z.string().meta({ description: 'Id of this request.' }),
    traceId: z.string().optional().meta({ description: 'Trace of this request, as in the logs.' }),
    errors: z
      .array(z.object({ field: z.string(), line: z.int().optional(), problem: z.string() }))
      .optional()
      .meta({ description: 'Each field that is wrong.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document' });
export type ProblemDocument = z.infer<typeof ProblemDocument>;

export interface ProblemOptions {
  errors?: { field: string; line?: number; problem: string }[];
  retryAfterMs?: number;
  headers?: Record<string, string>;
  /** Further members of the document. */
  members?: Record<string, unknown>;
}

/** Thrown anywhere in a request: becomes the answer. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly options: ProblemOptions = {},
  ) {
    super(detail);
    this.name = 'Problem';
  }
}

const CODE_OF_REFUSAL: Record<RefusalCode, ProblemCode> = {
  invalid: 'invalid',
  'not-found': 'not-found',
  conflict: 'conflict',
  'payment-required': 'payment-required',
  'too-many': 'too-many',
  unavailable: 'unavailable',
  internal: 'internal',
};

const RETRY_AFTER_MS = 2_000;

/** A service's refusal as the problem to answer with. */
export function problemOfRefusal(refusal: {
  code: RefusalCode;
  message: string;
  problems?: FieldProblem[] | undefined;
  retryAfterMs?: number | undefined;
}): Problem {
  const mayRetry = refusal.code === 'unavailable' || refusal.code === 'too-many';
  const retryAfterMs = refusal.retryAfterMs ?? (mayRetry ? RETRY_AFTER_MS : undefined);
  const detail =
    refusal.code === 'payment-required'
      ? `${refusal.message.replace(/\.$/, '')}. ${PROBLEMS['payment-required'].advice}`
      : refusal.message;
  return new Problem(CODE_OF_REFUSAL[refusal.code], detail, {
    ...(refusal.problems && { errors: refusal.problems }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** What is wrong with an input, field by field. */
export function problemOfFields(problems: readonly FieldProblem[], where: string): Problem {
  const errors = problems.slice(0, 50);
  const named = errors
    .slice(0, 3)
    .map(({ field, problem }) => (field === '' ? problem : `${field}: ${problem}`))
    .join('; ');
  return new Problem('invalid', `${where} is not valid. ${named}`.slice(0, 1_000), { errors });
}

/** The document and headers that say it. */
export function documentOf(
  problem: Problem,
  request: { instance: string; traceId: string | undefined },
): { status: number; headers: Record<string, string>; document: ProblemDocument } {
  const { status, title } = PROBLEMS[problem.code];
  const { errors, retryAfterMs, headers, members } = problem.options;
  return {
    status,
    headers: {
      ...(retryAfterMs !== undefined && {
        'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))),
      }),
      ...headers,
    },
    document: {
      type: `/problems/${problem.code}`,
      title,
      status,
      detail: problem.message,
      instance: request.instance,
      ...(request.traceId && { traceId: request.traceId }),
      ...(errors && { errors }),
      ...members,
    },
  };
}
