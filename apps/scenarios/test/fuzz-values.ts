import * as fc from 'fast-check';
import type { Json } from './client.ts';
import type { Known } from './fuzz-known.ts';

/** Where a value goes. */
export interface Place {
  /** Of the field or parameter. */
  name: string;
  /** What the route is about: `watches`. */
  kind: string;
  /** What the route lists: `deliveries` of channels. */
  list: string;
  /** What is named may be gone afterwards. */
  mayEnd: boolean;
  /** Some of the values, at any depth, are such as nobody means. */
  isOdd: boolean;
}

/** Fields that name something of another kind than their route. */
const KIND_OF: Readonly<Record<string, string>> = {
  productId: 'products',
  alertId: 'alerts',
  watchId: 'watches',
  accountId: 'accounts',
  deliveryId: 'deliveries',
  offer: 'offers',
};

const ODD_TEXTS = fc.oneof(
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
const ODD = fc.oneof(
  ODD_TEXTS,
  fc.constantFrom(0, -1, 2 ** 53, 1.5, null),
  fc.double(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.emailAddress(),
);
/** When prices were, as a rule. */
const TIMES = fc
  .date({
    min: new Date('2020-01-01T00:00:00Z'),
    max: new Date('2026-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());
const DEEPEST = 8;
const LARGEST = 1_000_000;

/** Values for the schemas of a document. */
export class Values {
  constructor(
    private readonly schemas: Readonly<Record<string, Json>>,
    private readonly known: Known,
    /** What fields of a name usually hold, where their schema cannot say it. */
    private readonly words: Readonly<Record<string, readonly string[]>>,
  ) {}

  /** What the schema says; in an odd place sometimes anything. */
  around(schema: Json, place: Place): fc.Arbitrary<unknown> {
    const fitting = this.fitting(schema, place);
    if (!place.isOdd) return fitting;
    return fc.oneof(
      { weight: 4, arbitrary: fitting },
      { weight: 1, arbitrary: ODD_TEXTS },
      { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    );
  }

  private fitting(schema: Json, place: Place, depth = 0): fc.Arbitrary<unknown> {
    if (schema === undefined || depth > DEEPEST) return fc.jsonValue({ maxDepth: 1 });
    const inner = (one: Json, name = place.name): fc.Arbitrary<unknown> =>
      this.fitting(one, { ...place, name }, depth + 1);
    if (schema.$ref) return inner(this.schemas[schema.$ref.split('/').at(-1)]);
    if (schema.allOf) return inner(Object.assign({}, ...schema.allOf));
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const choices: Json[] | undefined = schema.oneOf ?? schema.anyOf;
    const byName = isText(schema) || choices?.some(isText) ? this.named(place, schema.format) : undefined;
    if (byName) return this.leaf(byName, place);
    if (choices) return fc.oneof(...choices.map((one) => inner(one)));
    if (Array.isArray(schema.type))
      return fc.oneof(...schema.type.map((type: string) => inner({ ...schema, type })));
    if (schema.type === 'object') return this.object(schema, place, inner);
    if (schema.type !== 'array') return this.leaf(plain(schema), place);
    const { minItems: minLength = 0 } = schema;
    return fc.array(inner(schema.items), { minLength, maxLength: Math.max(minLength, 3) });
  }

  /** Not all that may be left out is there: where something is wrong with most of all fields, nothing else is seen. */
  private object(
    { properties = {}, required = [], additionalProperties }: Json,
    place: Place,
    inner: (schema: Json, name: string) => fc.Arbitrary<unknown>,
  ): fc.Arbitrary<unknown> {
    const fields = Object.entries<Json>(properties).map(([name, schema]) => {
      const value = inner(schema, name);
      return [name, required.includes(name) ? value : maybe(value, place.isOdd)];
    });
    if (fields.length > 0 || typeof additionalProperties !== 'object')
      return fc.record(Object.fromEntries(fields));
    const name = fc.string({ minLength: 1, maxLength: 10 });
    return fc.dictionary(name, inner(additionalProperties, ''), { maxKeys: 3 });
  }

  private leaf(usual: fc.Arbitrary<unknown>, { isOdd }: Place): fc.Arbitrary<unknown> {
    if (!isOdd) return usual;
    return fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: ODD });
  }

  /** What the world knows by that name. */
  private named(
    { name, kind, list, mayEnd }: Place,
    format: string | undefined,
  ): fc.Arbitrary<unknown> | undefined {
    if (format === 'uuid') return this.known.some(KIND_OF[name] ?? kind, { mayEnd });
    if (name === 'cursor') return this.known.some(`cursor of ${list}`);
    if (name === 'channels') return fc.oneof(fc.constant('inbox'), this.known.some('channels'));
    const words = (mayEnd && this.words[`${name} of what may end`]) || this.words[name];
    return words && fc.constantFrom(...words);
  }
}

/** There or not: what is odd has more of everything. */
export const maybe = (value: fc.Arbitrary<unknown>, isOdd: boolean): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: isOdd ? 3 : 1, arbitrary: value },
    { weight: isOdd ? 1 : 2, arbitrary: fc.constant(undefined) },
  );

const isText = ({ type, enum: values, const: value }: Json): boolean =>
  [type].flat().includes('string') && values === undefined && value === undefined;

function plain(schema: Json): fc.Arbitrary<unknown> {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
  // A whole number without bounds has those of JavaScript.
  const least = minimum ?? exclusiveMinimum ?? 0;
  const min = least < -LARGEST ? 0 : least;
  const max = Math.min(maximum ?? exclusiveMaximum ?? 1_000, LARGEST);
  switch (schema.type) {
    case 'integer':
      return fc.integer({ min: exclusiveMinimum === undefined ? min : min + 1, max });
    case 'number':
      return fc.double({
        min,
        max,
        minExcluded: exclusiveMinimum !== undefined,
        maxExcluded: exclusiveMaximum !== undefined,
        noNaN: true,
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return text(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function text({ format, pattern, minLength = 0, maxLength = 40 }: Json): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return TIMES;
  if (format === 'date') return TIMES.map((time) => time.slice(0, 10));
  // Nobody else is called: closed ports of this machine.
  if (format === 'uri') return fc.webPath().map((path) => `http://127.0.0.1:9${path}`);
  if (format === 'email') return fc.stringMatching(/^[a-z]{1,9}@[a-z]{1,9}\.example$/);
  const plainText = fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) });
  return pattern === undefined ? plainText : fc.stringMatching(new RegExp(pattern), { maxLength });
}
