import type { DataOf, FieldProblem, ObservationsCollected } from '@souk/contracts';
import type { ReadLine } from '../group-observations.ts';
import {
  checkObservation,
  MAX_LINE_CHARACTERS,
  type Reading,
  storable,
  type TimeLimits,
} from '../read-observation.ts';
import { storableText } from '../storable-text.ts';
import type { SourceItem } from './adapter.ts';

export type UnreadableItem = DataOf<typeof ObservationsCollected>['unreadable'][number];

const MAX_RAW_CHARACTERS = 2_000;
const MAX_PRODUCT_CHARACTERS = 200;

/**
 * Reads the items of a fetched page like posted lines; what cannot be read is kept with its reason, and so is a
 * price in a currency that the source does not sell in: it is another marketplace's.
 */
export function readItems(
  source: string,
  items: readonly SourceItem[],
  limits: TimeLimits,
  currencies?: readonly string[],
): { lines: ReadLine[]; unreadable: UnreadableItem[] } {
  const lines: ReadLine[] = [];
  const unreadable: UnreadableItem[] = [];
  for (const { raw, posted, line, problem } of items) {
    const text = JSON.stringify(raw);
    const reading = problem
      ? { problems: [problem] }
      : inCurrencies(readItem({ ...posted, source }, text, limits), currencies);
    if ('problems' in reading) {
      unreadable.push({
        product: storableText(
          typeof posted.product === 'string' ? posted.product : '',
          MAX_PRODUCT_CHARACTERS,
        ),
        ...placed(reading.problems[0]!, line),
        raw: storableText(text, MAX_RAW_CHARACTERS),
      });
    } else lines.push({ ...reading, characters: text.length });
  }
  return { lines, unreadable };
}

const placed = (problem: FieldProblem, line: number | undefined): FieldProblem =>
  line === undefined ? problem : { ...problem, problem: `${problem.problem} (line ${line})` };

function readItem(posted: Record<string, unknown>, text: string, limits: TimeLimits): Reading {
  if (text.length > MAX_LINE_CHARACTERS) {
    return {
      problems: [{ field: '', problem: `is ${text.length} characters long: at most ${MAX_LINE_CHARACTERS}` }],
    };
  }
  const reading = checkObservation(posted, limits);
  return text.includes('\\u') ? storable(reading) : reading;
}

function inCurrencies(reading: Reading, currencies: readonly string[] | undefined): Reading {
  if ('problems' in reading || !currencies || currencies.includes(reading.observation.currency))
    return reading;
  const problem = `is ${reading.observation.currency}, but the source sells in ${currencies.join(', ')} only`;
  return { problems: [{ field: 'currency', problem }] };
}
