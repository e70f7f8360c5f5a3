import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Json } from './client.ts';
import type { Route } from './fuzz-calls.ts';

export interface Answer {
  status: number;
  /** Without its parameters. */
  type: string;
  text: string;
}

/** Any of them would do: all problems have one shape. */
const A_PROBLEM = 'GET /v1/watches 401 application/problem+json';

/** Holds answers against the document. */
export class Answers {
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(document: Json, routes: readonly Route[]) {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, 'document');
    for (const { name, method, path, operation } of routes) {
      for (const status of Object.keys(operation.responses)) {
        for (const type of Object.keys(operation.responses[status].content ?? {})) {
          if (!/json/.test(type)) continue;
          const pointer = [
            'paths',
            path,
            method.toLowerCase(),
            'responses',
            status,
            'content',
            type,
            'schema',
          ]
            .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
            .join('/');
          this.validators.set(`${name} ${status} ${type}`, ajv.compile({ $ref: `document#/${pointer}` }));
        }
      }
    }
  }

  /** What is wrong with the answer, if anything. */
  problemWith({ name, path, operation }: Route, { status, type, text }: Answer): string | undefined {
    // Whether it is ready may be denied for a moment, and that is no failure.
    if (status >= 500 && path !== '/readyz') return `${status}: ${text.slice(0, 300)}`;
    // Encoded slashes and dots can lead to no route or another one; that has its own shape and nothing else.
    const isElsewhere = type === 'application/problem+json' && [404, 405].includes(status);
    const validate =
      this.validators.get(`${name} ${status} ${type}`) ??
      (isElsewhere ? this.validators.get(A_PROBLEM) : undefined);
    if (validate) {
      if (documentsIn(text, type).every((value) => validate(value))) return undefined;
      return `${status} breaks its schema: ${JSON.stringify(validate.errors?.slice(0, 3))}`;
    }
    const documented = operation.responses[status];
    if (!documented) return `${status} is not in the document: ${text.slice(0, 200)}`;
    if (!documented.content && text !== '') return `${status} should have no body`;
    if (documented.content && !documented.content[type]) return `${status} with the type ${type}`;
    return undefined;
  }
}

/** What is in an answer: of NDJSON each line. */
export const documentsIn = (text: string, type: string): Json[] =>
  (type === 'application/x-ndjson' ? text.split('\n').filter(Boolean) : [text]).map((one) => JSON.parse(one));
