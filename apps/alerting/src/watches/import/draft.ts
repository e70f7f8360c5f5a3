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
  const read = WatchDraft.safeParse(withTexts(value));
  if (read.success && isStorable(read.data)) {
    into.drafts.push({ line, draft: read.data });
    return;
  }
  if (read.success) {
    into.problems.push({ line, field: 'line', problem: 'holds a NUL character or half of a character pair' });
    return;
  }
  for (const issue of read.error.issues)
    into.problems.push({ line, field: issue.path.join('.') || 'line', problem: issue.message });
}

const AMOUNTS = ['priceBelow', 'priceAbove', 'inStockBelow', 'dropAmount', 'priceRiseAmount', 'against'];
/** A line with `when`, in which two levels of `all` and `any` lie. */
const DEEPEST = 6;

/** Amounts may be numbers, as in requests. */
function withTexts(value: unknown, levels = DEEPEST): unknown {
  if (levels === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, levels - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      typeof inner === 'number' && AMOUNTS.includes(name) ? String(inner) : withTexts(inner, levels - 1),
    ]),
  );
}

/** JSON can escape what no database keeps. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, inner]) => isStorable(name) && isStorable(inner));
}

export const noFile = (problem: string): ReadFile => ({
  drafts: [],
  problems: [{ line: 1, field: 'content', problem }],
});
