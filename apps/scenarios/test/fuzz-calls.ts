import * as fc from 'fast-check';
import type { Json } from './client.ts';
import { maybe, type Place, type Values } from './fuzz-values.ts';

/** An operation of the document. */
export interface Route {
  name: string;
  method: string;
  path: string;
  operation: Json;
  /** Whose key it takes. */
  isOperators: boolean;
}

export interface Call {
  /** The key that the route takes, another one, or none. */
  key: 'right' | 'wrong' | 'none';
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** A stream does not end; its own tests read it. */
export const routesOf = (document: Json): Route[] =>
  Object.entries<Record<string, Json>>(document.paths).flatMap(([path, methods]) =>
    path.endsWith('/stream')
      ? []
      : Object.entries(methods).map(([method, operation]) => ({
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          path,
          operation,
          isOperators: operation['x-scope'] === 'operator',
        })),
  );

/** What a route lists or makes: the last word of its path. */
export const listOf = ({ path }: Route): string => path.split('/').findLast((part) => !part.startsWith('{'))!;

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
const safely = (text: string): string => encodeURIComponent(text.toWellFormed());
/** What stands for nothing in an address would lead to another route. */
const asPathPart = (text: string): string => (['', '.', '..'].includes(text) ? 'x' : safely(text));

/** Requests as a route's operation describes them; most are meant well, the others hold something odd. */
export class Calls {
  private readonly made = new Map<Route, fc.Arbitrary<Call>>();

  constructor(private readonly values: Values) {}

  to(route: Route): fc.Arbitrary<Call> {
    let calls = this.made.get(route);
    if (!calls) {
      calls = fc.oneof(
        { weight: 3, arbitrary: this.callTo(route, false) },
        { weight: 2, arbitrary: this.callTo(route, true) },
      );
      this.made.set(route, calls);
    }
    return calls;
  }

  private callTo(route: Route, isOdd: boolean): fc.Arbitrary<Call> {
    const place: Omit<Place, 'name'> = {
      kind: route.path.split('/')[2] ?? '',
      list: listOf(route),
      mayEnd: route.method === 'DELETE' || route.path.endsWith('/bulk'),
      isOdd,
    };
    const parameters = (route.operation.parameters ?? []) as Json[];
    return fc
      .record({
        key: fc.oneof(
          { weight: 17, arbitrary: fc.constant('right' as const) },
          { weight: 2, arbitrary: fc.constant('wrong' as const) },
          { weight: 1, arbitrary: fc.constant('none' as const) },
        ),
        values: fc.tuple(
          ...parameters.map(({ schema, name, required }) => {
            const value = this.values.around(schema, { ...place, name });
            return required && !isOdd ? value : maybe(value, isOdd);
          }),
        ),
        body: this.bodyOf(route, place),
      })
      .map(({ key, values, body }) => {
        let { path } = route;
        const search: string[] = [];
        const headers: Record<string, string> = {};
        for (const [index, { in: where, name }] of parameters.entries()) {
          const value = values[index];
          const text = textOf(value ?? '');
          if (where === 'path') path = path.replace(`{${name}}`, asPathPart(text));
          else if (value === undefined) continue;
          else if (where === 'query') search.push(`${name}=${safely(text)}`);
          else headers[name] = text.replaceAll(/[^\x20-\x7e]/g, '').trim();
        }
        if (body) headers['content-type'] = body.type;
        return {
          key,
          path: search.length > 0 ? `${path}?${search.join('&')}` : path,
          headers,
          body: body?.text,
        };
      });
  }

  private bodyOf(
    { operation }: Route,
    place: Omit<Place, 'name'>,
  ): fc.Arbitrary<{ type: string; text: string } | undefined> {
    const content = Object.entries<Json>(operation.requestBody?.content ?? {});
    if (content.length === 0) return fc.constant(undefined);
    const values = (schema: Json): fc.Arbitrary<unknown> =>
      this.values.around(schema, { ...place, name: '' });
    if (place.isOdd)
      return fc.record({
        type: fc.constantFrom(...content.map(([type]) => type), 'application/json', 'text/plain'),
        text: fc
          .tuple(fc.oneof(...content.map(([, { schema }]) => values(schema))), fc.nat(9))
          .map(([value, raw]) => (raw === 0 ? textOf(value) : (JSON.stringify(value) ?? ''))),
      });
    const json = operation.requestBody.content['application/json']?.schema;
    return fc.oneof(
      ...content.map(([type, { example }]) => {
        const shown = fc.constant(textOf(example));
        const others =
          json && type !== 'text/csv' ? values(json).map((value) => written(value, type)) : shown;
        return fc
          .oneof({ weight: 3, arbitrary: others }, { weight: 1, arbitrary: shown })
          .map((text) => ({ type, text }));
      }),
    );
  }
}

/** As NDJSON a list has one element a line. */
const written = (value: unknown, type: string): string =>
  type === 'application/x-ndjson' && Array.isArray(value)
    ? value.map((one) => JSON.stringify(one)).join('\n')
    : JSON.stringify(value);
