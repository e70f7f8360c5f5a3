import { ChannelsInput, checkSubject, type FieldProblem, newWatchInput, readInput } from '@souk/contracts';
import { z } from 'zod';

/** A watch of a file as it was written, before anything is looked up: held to what a request for one is held to. */
export const WatchDraft = z
  .strictObject({ ...newWatchInput, channels: ChannelsInput.optional() })
  .check(checkSubject);
export type WatchDraft = z.output<typeof WatchDraft>;

export type LineProblem = FieldProblem & { line: number };

/** What a file holds: drafts with their lines, and what is wrong with the others. */
export interface ReadFile {
  drafts: { line: number; draft: WatchDraft }[];
  problems: LineProblem[];
}

/** Checks one line's form; its problems name the field. */
export function readDraft(line: number, value: unknown, into: ReadFile): void {
  const { data, problems } = readInput(WatchDraft, value);
  if (problems) addProblems(line, problems, into);
  else into.drafts.push({ line, draft: data });
}

/** Names what is wrong with a line; `whole` where it is no field of it. */
export function addProblems(
  line: number,
  problems: readonly FieldProblem[],
  into: ReadFile,
  whole = 'line',
): void {
  for (const { field, problem } of problems)
    into.problems.push({ line, field: field === '' ? whole : field, problem });
}

export const noFile = (problem: string, field = 'content'): ReadFile => ({
  drafts: [],
  problems: [{ line: 1, field, problem }],
});
