import { z } from 'zod';
import type { ServiceName } from './event.ts';

/** A question to a service over NATS request/reply, answered before its deadline or not at all. */
export interface QueryContract<
  Request extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  /** `<service>.<name>`; the subject is `query.<service>.<name>`. */
  readonly name: string;
  readonly owner: ServiceName;
  readonly subject: string;
  readonly request: Request;
  readonly response: Response;
  readonly deadlineMs: number;
  /** The request's payload is raw bytes (NDJSON lines) and the request data travels in a header. */
  readonly hasBody: boolean;
  readonly summary: string;
}

export type RequestOf<Q extends QueryContract> = z.input<Q['request']>;
export type ResponseOf<Q extends QueryContract> = z.infer<Q['response']>;

export function query<Request extends z.ZodType, Response extends z.ZodType>(
  name: `${ServiceName}.${string}`,
  options: {
    summary: string;
    request: Request;
    response: Response;
    deadlineMs?: number;
    hasBody?: boolean;
  },
): QueryContract<Request, Response> {
  return {
    name,
    owner: name.slice(0, name.indexOf('.')) as ServiceName,
    subject: `query.${name}`,
    request: options.request,
    response: options.response,
    deadlineMs: options.deadlineMs ?? 5_000,
    hasBody: options.hasBody ?? false,
    summary: options.summary,
  };
}

/** Why a service declined: the gateway maps each to one HTTP status. */
export const REFUSAL_CODES = [
  'invalid', // 422, with the problem of each field
  'not-found', // 404
  'conflict', // 409
  'payment-required', // 402, out of credits
  'too-many', // 429
  'unavailable', // 503, with retryAfterMs
  'internal', // 500
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** What is wrong with one field. `field` is a path such as `when.dropPercent`. */
export const FieldProblem = z.object({ field: z.string(), problem: z.string() });
export type FieldProblem = z.infer<typeof FieldProblem>;

export const RefusalData = z.object({
  code: z.enum(REFUSAL_CODES),
  detail: z.string(),
  problems: z.array(FieldProblem).optional(),
  retryAfterMs: z.number().optional(),
});

/** A refusal is an answer, not a fault: it crosses the bus as data and is thrown again at the asker. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly problems: FieldProblem[] | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: RefusalCode,
    detail: string,
    options: { problems?: FieldProblem[]; retryAfterMs?: number } = {},
  ) {
    super(detail);
    this.name = 'Refusal';
    this.code = code;
    this.problems = options.problems;
    this.retryAfterMs = options.retryAfterMs;
  }

  toData(): z.infer<typeof RefusalData> {
    return {
      code: this.code,
      detail: this.message,
      ...(this.problems && { problems: this.problems }),
      ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }),
    };
  }
}
