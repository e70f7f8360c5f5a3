import type { HistoryRow } from './history-row.ts';
import { Lanes, type LaneItem } from './lanes.ts';
import { postBatch, type Target } from './post-batch.ts';
import { readHistory, type HistoryKind, type HistoryOptions } from './read-history.ts';
import type { Report } from './report.ts';

/** What became of every row. It adds up: read = accepted + rejected + skipped. */
export interface ReplayCounts {
  read: number;
  posted: number;
  accepted: number;
  rejected: number;
  skipped: number;
  skippedBy: Record<string, number>;
  /** Defects that did not keep a row from being posted. */
  notes: number;
  requests: number;
  retries: number;
}

export interface ReplayOptions extends HistoryOptions {
  path: string;
  as: HistoryKind;
  target: Target;
  report: Report;
  lanes?: number;
  /** Lines per request; the service takes at most 10,000 of a replay at once. */
  batchLines?: number;
  onProgress?: (counts: Readonly<ReplayCounts>) => void;
}

export const maxBatchLines = 10_000;
const batchCharacters = 4_000_000;
const progressEveryMs = 1000;

/** Streams a history through the public API. Throws when the service refuses for good or stays away. */
export async function replay(options: ReplayOptions): Promise<ReplayCounts> {
  const { report, target } = options;
  const counts: ReplayCounts = {
    read: 0,
    posted: 0,
    accepted: 0,
    rejected: 0,
    skipped: 0,
    skippedBy: {},
    notes: 0,
    requests: 0,
    retries: 0,
  };
  // When one lane fails for good, the others must not go on trying on their own.
  const stopped = new AbortController();
  const send = async (items: LaneItem[]): Promise<void> => {
    const lines = items.map(({ line }) => line);
    const answer = await postBatch(target, lines, stopped.signal);
    counts.requests += 1;
    counts.posted += items.length;
    counts.accepted += answer.accepted;
    counts.rejected += answer.rejectedCount;
    counts.retries += answer.retries;
    for (const { line, field, problem } of answer.rejected) {
      const reason = field ? `${field} ${problem}` : problem;
      await report.add(items[line - 1]?.at ?? `line ${line} of a request`, `rejected: ${reason}`);
    }
    const untold = answer.rejectedCount - answer.rejected.length;
    if (untold > 0) {
      const place = `${items[0]!.at} to ${items.at(-1)!.at}`;
      await report.add(place, `${untold} more rejected, not named one by one`);
    }
  };
  const batchLines = Math.min(options.batchLines ?? 5000, maxBatchLines);
  const lanes = new Lanes({ lanes: options.lanes ?? 4, batchLines, batchCharacters }, send);

  const progress = setInterval(() => options.onProgress?.(counts), progressEveryMs);
  try {
    for await (const row of readHistory(options.path, options.as, options)) {
      counts.read += 1;
      const wait = handle(row, counts, report, lanes);
      if (wait) await wait;
    }
    await lanes.close();
  } finally {
    clearInterval(progress);
    stopped.abort();
  }
  return counts;
}

/** Posts or reports one row; a promise only when there is something to wait for, which is once in thousands of rows. */
function handle(
  row: HistoryRow,
  counts: ReplayCounts,
  report: Report,
  lanes: Lanes,
): Promise<unknown> | undefined {
  if ('line' in row) return lanes.add(row.lane, row);
  if ('skipped' in row) {
    counts.skipped += 1;
    counts.skippedBy[row.skipped] = (counts.skippedBy[row.skipped] ?? 0) + 1;
    return report.add(row.at, row.detail === undefined ? row.skipped : `${row.skipped}: ${row.detail}`);
  }
  const { source, product } = row.observation;
  const wait = lanes.add(`${source}\n${product}`, { at: row.at, line: JSON.stringify(row.observation) });
  if (row.note === undefined) return wait;
  counts.notes += 1;
  return Promise.all([wait, report.add(row.at, `note: ${row.note}`)]);
}

/** Whether every row that was read is accounted for. */
export function addsUp({ read, posted, accepted, rejected, skipped }: ReplayCounts): boolean {
  return read === accepted + rejected + skipped && posted === accepted + rejected;
}
