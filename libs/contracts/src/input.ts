import { z } from 'zod';
import type { FieldProblem } from './query.ts';

/** An instant as people write it: with any offset, or a date alone; made into UTC with milliseconds. */
export const InstantInput = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'must be a time such as 2026-06-01T00:00:00Z',
  })
  .transform((text) => new Date(text).toISOString())
  // Offsets lead over the ends of the years that a time is written with; the year 0 is none in a database.
  .refine((text) => /^(?!0000)\d{4}-/.test(text), {
    error: 'must lie between the years 1 and 9999',
    abort: true,
  })
  .meta({ example: '2026-06-01T00:00:00Z' });

const UNSTORABLE = 'holds a NUL character or half of a character pair';

export type ReadInput<Schema extends z.ZodType> =
  { data: z.output<Schema>; problems?: never } | { problems: FieldProblem[]; data?: never };

/** What a schema makes of an input that comes from outside, or what is wrong with it, by field and in plain words. */
export function readInput<Schema extends z.ZodType>(schema: Schema, value: unknown): ReadInput<Schema> {
  const read = readForm(schema, value);
  if (read.problems) return read;
  const unstorable = unstorableIn(read.data);
  if (unstorable.length === 0) return read;
  return { problems: unstorable.map((field) => ({ field, problem: UNSTORABLE })) };
}

/** The same without looking for texts that no database keeps: for what is looked through otherwise. */
export function readForm<Schema extends z.ZodType>(schema: Schema, value: unknown): ReadInput<Schema> {
  const result = schema.safeParse(value, IN_PLAIN_WORDS);
  if (result.success) return { data: result.data };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue)) };
}

const IN_PLAIN_WORDS = { error: plainWords };

/** Fields whose text no database keeps: with NUL, or half of a character pair. */
function unstorableIn(value: unknown, path: string[] = []): string[] {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0') ? [] : [path.join('.')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    unstorableIn(name, path).length > 0 ? [path.join('.')] : unstorableIn(inner, [...path, name]),
  );
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue, outer: readonly PropertyKey[] = []): FieldProblem[] {
  const path = [...outer, ...issue.path];
  const field = path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: field === '' ? key : `${field}.${key}`,
      problem: 'is not known here',
    }));
  const closest = issue.code === 'invalid_union' && issue.message === CLOSEST ? closestOf(issue.errors) : [];
  if (closest.length > 0) return closest.flatMap((inner) => problemsOf(inner, path));
  return [
    { field, problem: issue.message === CLOSEST ? 'has none of the forms that it may have' : issue.message },
  ];
}

/** Stands for what is wrong with the alternative that was most likely meant. */
const CLOSEST = 'closest';

/** Of what is wrong with each alternative the shortest list. */
const closestOf = (alternatives: readonly (readonly Issue[])[]): readonly Issue[] =>
  alternatives.toSorted((one, other) => one.length - other.length)[0] ?? [];

/** What is wrong, where a schema has no words of its own for it. */
function plainWords(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined && issue.code !== 'custom') return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return boundText(
        issue.origin,
        'at least',
        Number(issue.minimum),
        issue.inclusive !== false,
        'more than',
      );
    case 'too_big':
      return boundText(
        issue.origin,
        'at most',
        Number(issue.maximum),
        issue.inclusive !== false,
        'less than',
      );
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? 'in another form'}`;
    case 'invalid_union':
      return CLOSEST;
    case 'invalid_key':
      return 'has a name that may not be';
    default:
      return 'is not valid';
  }
}

const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
const FORMATS: Record<string, string> = {
  uuid: 'a UUID',
  url: 'an http or https address',
  datetime: 'a time such as 2026-06-01T00:00:00Z',
  date: 'a day such as 2026-06-01',
};

/** `must have at most 100 characters`, `must be more than 0`. */
function boundText(
  origin: string,
  side: string,
  bound: number,
  isInclusive: boolean,
  strictSide: string,
): string {
  const many = bound === 1 ? '' : 's';
  if (origin === 'string') return `must have ${side} ${bound} character${many}`;
  if (origin === 'array' || origin === 'set') return `must have ${side} ${bound} item${many}`;
  return `must be ${isInclusive ? side : strictSide} ${bound}`;
}
