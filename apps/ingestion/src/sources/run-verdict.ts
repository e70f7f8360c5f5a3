/** What is known of a run when another page of it has been read. */
export interface RunSoFar {
  /** Readable items. */
  items: number;
  unreadable: number;
  /** Why the first unreadable one could not be read. */
  firstProblem: string | undefined;
  /** Items that wait for the verdict. */
  held: number;
  isLastPage: boolean;
  /** Readable items of the last good run; null before the first one. */
  expected: number | null;
  minimumShare: number;
}

export type RunVerdict = { kind: 'hold' } | { kind: 'publish' } | { kind: 'quarantine'; reason: string };

/** More is not held in memory: a run that has shown so much is no empty one. */
const MAX_HELD_ITEMS = 20_000;

/**
 * Whether a run may be published. Nothing of it is, until it has shown a fair share of what the last good run had:
 * a feed that is cut off, empty or of moved columns is set apart as a whole, and no product counts as gone for it.
 */
export function runVerdict(run: RunSoFar): RunVerdict {
  const wanted = Math.max(1, Math.ceil((run.expected ?? 0) * run.minimumShare));
  if (run.items >= wanted || run.held > MAX_HELD_ITEMS) return { kind: 'publish' };
  if (!run.isLastPage) return { kind: 'hold' };
  return { kind: 'quarantine', reason: `the run was set apart: ${shortfallOf(run)}` };
}

function shortfallOf({ items, unreadable, firstProblem, expected, minimumShare }: RunSoFar): string {
  const problem = firstProblem === undefined ? '' : `: ${firstProblem}`;
  if (items === 0 && unreadable > 0) return `none of its ${unreadable} items can be read${problem}`;
  if (items === 0) return 'it holds no products';
  const unread = unreadable > 0 ? `, ${unreadable} more cannot be read${problem}` : '';
  return (
    `it holds ${items} products, the last good one held ${expected}${unread}; ` +
    `set minimumShare below ${minimumShare} if so many are really gone`
  );
}
