import { randomInt } from 'node:crypto';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { type Client, type Json } from './client.ts';
import { type Product, startProduct } from './product.ts';

const REQUESTS = Number(process.env['SOUK_FUZZ_REQUESTS'] ?? 3_000);
const SEED = Number(process.env['SOUK_FUZZ_SEED'] ?? randomInt(2 ** 31));
/** Time for all of them; a test that could not do its requests in time fails. */
const WITHIN_MS = Math.max(300_000, REQUESTS * 20);

interface Route {
  method: string;
  path: string;
  operation: Json;
}

let product: Product;
let client: Client;
let routes: Route[];
let components: Json;
const validators = new Map<string, ValidateFunction>();

beforeAll(async () => {
  product = await startProduct();
  client = await product.account('fuzzed', { credits: 1_000_000_000 });
  const document = (await client.get('/openapi.json')).body;
  components = document.components.schemas;
  // A stream does not end; its own tests read it.
  routes = Object.entries<Record<string, Json>>(document.paths).flatMap(([path, methods]) =>
    path.endsWith('/stream')
      ? []
      : Object.entries(methods).map(([method, operation]) => ({
          method: method.toUpperCase(),
          path,
          operation,
        })),
  );
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'document');
  for (const { method, path, operation } of routes) {
    for (const status of Object.keys(operation.responses)) {
      for (const type of Object.keys(operation.responses[status].content ?? {})) {
        if (!/json/.test(type)) continue;
        const pointer = ['paths', path, method.toLowerCase(), 'responses', status, 'content', type, 'schema']
          .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
          .join('/');
        validators.set(`${method} ${path} ${status} ${type}`, ajv.compile({ $ref: `document#/${pointer}` }));
      }
    }
  }
});
afterAll(() => product?.stop());

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    '../..',
    '%00',
    "' or 1=1 --",
    '🙂',
    'a'.repeat(5_000),
    '1e999',
    '-0',
    '__proto__',
  ),
);
const ids: string[] = [];

/** Values that fit a schema, mostly: what is around it is another's business. */
function fitting(schema: Json, depth = 0): fc.Arbitrary<unknown> {
  if (schema === undefined || depth > 6) return fc.jsonValue({ maxDepth: 1 });
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return fc.oneof(...choices.map((one: Json) => fitting(one, depth + 1)));
  if (schema.$ref) return fitting(components[schema.$ref.split('/').at(-1)], depth + 1);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object': {
      const fields = Object.entries<Json>(schema.properties ?? {}).map(([name, inner]) => [
        name,
        schema.required?.includes(name)
          ? fitting(inner, depth + 1)
          : fc.option(fitting(inner, depth + 1), { nil: undefined }),
      ]);
      return fc.record(Object.fromEntries(fields));
    }
    case 'array':
      return fc.array(fitting(schema.items, depth + 1), { maxLength: 3 });
    case 'integer':
      return fc.oneof(
        fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1_000, 1_000_000) }),
        fc.constantFrom(0, -1, 2 ** 53, 1.5),
      );
    case 'number':
      return fc.double();
    case 'boolean':
      return fc.boolean();
    default:
      if (schema.format === 'uuid')
        return fc.oneof(
          fc.uuid(),
          fc.nat().map((n) => ids[n % ids.length] ?? ''),
        );
      if (schema.format === 'uri') return fc.oneof(fc.webUrl(), fc.constant('http://127.0.0.1:9/'));
      if (schema.format?.startsWith('date'))
        return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
      return fc.oneof(texts, fc.constantFrom('shop', 'EUR', '9.99', 'inbox'));
  }
}

/** Mostly what the schema says, sometimes anything. */
const around = (schema: Json): fc.Arbitrary<unknown> =>
  fc.oneof(
    { arbitrary: fitting(schema), weight: 4 },
    { arbitrary: texts, weight: 1 },
    { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 1 },
  );

interface Call {
  route: Route;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
const safely = (text: string): string => encodeURIComponent(text.toWellFormed());

function callOf(route: Route): fc.Arbitrary<Call> {
  const parameters = (route.operation.parameters ?? []) as Json[];
  const content = Object.entries<Json>(route.operation.requestBody?.content ?? {});
  return fc
    .record({
      values: fc.tuple(
        ...parameters.map((one) => fc.option(around(one.schema), { freq: 3, nil: undefined })),
      ),
      body:
        content.length > 0
          ? fc.oneof(...content.map(([, { schema }]) => around(schema)))
          : fc.constant(undefined),
      type: fc.constantFrom(...content.map(([type]) => type), 'application/json', 'text/plain'),
      isRaw: fc.nat(9).map((one) => one === 0),
    })
    .map(({ values, body, type, isRaw }) => {
      let path = route.path;
      const search: string[] = [];
      const headers: Record<string, string> = {};
      for (const [index, { in: place, name }] of parameters.entries()) {
        const value = values[index];
        const text = textOf(value ?? '');
        if (place === 'path') path = path.replace(`{${name}}`, safely(text) || 'x');
        else if (value === undefined) continue;
        else if (place === 'query') search.push(`${name}=${safely(text)}`);
        else headers[name] = text.replaceAll(/[^\x20-\x7e]/g, '').trim();
      }
      if (body !== undefined) headers['content-type'] = type;
      return {
        route,
        path: search.length > 0 ? `${path}?${search.join('&')}` : path,
        headers,
        body: body === undefined ? undefined : isRaw ? textOf(body) : JSON.stringify(body),
      };
    });
}

/** What is wrong with the answer, if anything. */
async function problemWith({ route, path, headers, body }: Call): Promise<string | undefined> {
  const response = await fetch(`${client.url}${path}`, {
    method: route.method,
    headers: { authorization: `Bearer ${client.key}`, ...headers },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  const { status } = response;
  // Whether it is ready may be denied for a moment, and that is no failure.
  if (status >= 500 && route.path !== '/readyz') return `${status}: ${text.slice(0, 300)}`;
  // Encoded slashes and dots can lead to no route or another one; that has its own shape and nothing else.
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const validate =
    validators.get(`${route.method} ${route.path} ${status} ${type}`) ??
    (type === 'application/problem+json' && [404, 405].includes(status)
      ? validators.get('GET /v1/watches 401 application/problem+json')
      : undefined);
  if (validate) {
    const value: unknown = JSON.parse(text);
    if (!validate(value))
      return `${status} breaks its schema: ${JSON.stringify(validate.errors?.slice(0, 3))}`;
    const { id } = value as { id?: unknown };
    if (typeof id === 'string' && ids.length < 100) ids.push(id);
    return undefined;
  }
  const documented = route.operation.responses[status];
  if (!documented) return `${status} is not in the document: ${text.slice(0, 200)}`;
  if (!documented.content && text !== '') return `${status} should have no body`;
  if (documented.content && !documented.content[type]) return `${status} with the type ${type}`;
  return undefined;
}

describe('the public API under requests made from its own document', () => {
  it(
    `answers ${REQUESTS} of them without a 5xx and as its schemas say (SOUK_FUZZ_SEED=${SEED})`,
    async () => {
      const seen = new Set<string>();
      let done = 0;
      const calls = fc.constantFrom(...routes).chain(callOf);
      await fc.assert(
        fc.asyncProperty(calls, async (call) => {
          done += 1;
          seen.add(`${call.route.method} ${call.route.path}`);
          const problem = await problemWith(call);
          if (problem) throw new Error(`${call.route.method} ${call.route.path}: ${problem}`);
        }),
        { seed: SEED, numRuns: REQUESTS, endOnFailure: true },
      );
      expect(done).toBe(REQUESTS);
      expect(seen.size).toBe(routes.length);
    },
    WITHIN_MS,
  );
});
