import { type JobLine, MAX_JOB_BYTES, MAX_JOB_LINES, readInput } from '@souk/contracts';
import { z } from 'zod';
import { parseJson } from '../http/bodies.ts';
import { Problem, problemOfFields } from '../http/problem.ts';
import { readTable } from './read-table.ts';

/** Where lines that name no place themselves are looked up. */
export interface DefaultPlace {
  source?: string | undefined;
  marketplace?: string | undefined;
}

const Code = z.union([z.string(), z.number().transform(String)], { error: 'must be a text' });
const Place = z.string().max(64);
const Item = z.union(
  [
    Code,
    z.strictObject({
      source: Place.optional(),
      marketplace: Place.optional(),
      product: Code.optional(),
      asin: Code.optional(),
      identifier: Code.optional(),
      fnsku: Code.optional(),
    }),
  ],
  {
    error:
      'must be a text or an object with `product`, `source`, `marketplace`, `asin`, `identifier`, `fnsku`',
  },
);
/** What a job takes as JSON. */
export const JobInput = z.union(
  [
    z.array(Item),
    z.strictObject({ source: Place.optional(), marketplace: Place.optional(), products: z.array(Item) }),
  ],
  { error: 'must be a list, or an object with `products`' },
);

/** The identifiers of a JSON body, counted from 1. @throws Problem that names what is wrong */
export function readJsonLines(text: string, place: DefaultPlace): JobLine[] {
  const { data, problems } = readInput(JobInput, parseJson(text));
  if (problems) throw problemOfFields(problems, 'The body');
  const items = Array.isArray(data) ? data : data.products;
  const of = Array.isArray(data) ? place : withDefaults(data, place);
  return bounded(
    items.map((item, index) => {
      if (typeof item === 'string') return lineOf({ line: index + 1, product: item }, of);
      const { source, marketplace, product, asin, identifier, fnsku } = item;
      const code = product ?? asin ?? identifier ?? fnsku ?? '';
      const isFnsku = code !== '' && code === fnsku;
      return lineOf({ line: index + 1, source, marketplace, product: code, isFnsku }, of);
    }),
  );
}

/** The identifiers of a CSV body, by their line in it. @throws Problem that names what is wrong */
export function readCsvLines(text: string, place: DefaultPlace): JobLine[] {
  return bounded(readTable(text).map((row) => lineOf(row, place)));
}

interface GivenLine extends DefaultPlace {
  line: number;
  product: string;
  isFnsku?: boolean;
}

function lineOf(given: GivenLine, place: DefaultPlace): JobLine {
  const { source, marketplace } = withDefaults(given, place);
  return {
    line: given.line,
    product: given.product.trim().slice(0, 201),
    ...(source && { source }),
    ...(marketplace && { marketplace }),
    ...(given.isFnsku && { isFnsku: true }),
  };
}

/** A place of its own, of either kind, is all of a line's place. */
function withDefaults(own: DefaultPlace, place: DefaultPlace): DefaultPlace {
  const source = own.source?.trim();
  const marketplace = own.marketplace?.trim();
  return source || marketplace ? { source, marketplace } : place;
}

function bounded(lines: JobLine[]): JobLine[] {
  if (lines.length === 0) throw new Problem('invalid', 'There is no identifier in the body.');
  if (lines.length > MAX_JOB_LINES) {
    const detail = `A job takes at most ${MAX_JOB_LINES} identifiers, not ${lines.length}.`;
    throw new Problem('too-large', detail);
  }
  const long = lines.find(({ product, source, marketplace }) =>
    [product.length > 200, (source?.length ?? 0) > 64, (marketplace?.length ?? 0) > 64].includes(true),
  );
  if (long) {
    const problem = 'is too long: 200 characters for a product, 64 for its place';
    throw new Problem('invalid', `Line ${long.line} ${problem}.`, {
      errors: [{ field: 'product', line: long.line, problem }],
    });
  }
  const bad = lines.find((line) => UNSTORABLE.test(JSON.stringify(line)));
  if (bad) {
    const problem = 'holds a NUL character or half of a character pair';
    throw new Problem('invalid', `Line ${bad.line} ${problem}.`, {
      errors: [{ field: 'product', line: bad.line, problem }],
    });
  }
  if (Buffer.byteLength(JSON.stringify(lines)) > MAX_JOB_BYTES)
    throw new Problem('too-large', 'The identifiers of a job take too much room together: send two jobs.');
  return lines;
}

/** As JSON writes what no database keeps. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;
