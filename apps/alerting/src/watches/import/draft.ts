import { type FieldProblem, WatchConditions, WatchSettings, WatchSubject } from '@souk/contracts';
import { z } from 'zod';

/** A watch of a file as it was written, before anything is looked up. */
export const WatchDraft = z.object({
  ...WatchSubject.shape,
  ...WatchSettings.shape,
  when: WatchConditions,
  channels: z.array(z.string().max(64)).min(1).max(20).optional(),
  paused: z.boolean().optional(),
});
export type WatchDraft = z.infer<typeof WatchDraft>;

export type LineProblem = FieldProblem & { line: number };

/** What a file holds: drafts with their lines, and what is wrong with the others. */
export interface ReadFile {
  drafts: { line: number; draft: WatchDraft }[];
  problems: LineProblem[];
}

/** Checks one line's form; its problems name the field. */
export function readDraft(line: number, value: unknown, into: ReadFile): void {
  const read = WatchDraft.safeParse(value);
  if (read.success) {
    into.drafts.push({ line, draft: read.data });
    return;
  }
  for (const issue of read.error.issues)
    into.problems.push({ line, field: issue.path.join('.') || 'line', problem: issue.message });
}

export const noFile = (problem: string): ReadFile => ({
  drafts: [],
  problems: [{ line: 1, field: 'content', problem }],
});
