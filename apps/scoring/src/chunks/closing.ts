import { mergePoints, placeOf, type PointColumns, slicePoints } from './point-columns.ts';

/** Points of a chunk at most: its times and prices fit a row of the database with three others in a page. */
export const CHUNK_POINTS = 512;

/** Points that are to be closed, and the chunk that they belong to by their time. */
export interface Group {
  points: PointColumns;
  /** `first_at` of the chunk in Unix milliseconds; undefined where there is none yet. */
  hostMs: number | undefined;
}

/**
 * Which chunk each point belongs to: the one that begins last before it, or the first one for those before all.
 * Chunks of an offer and currency never overlap, and stay so when each takes in only what belongs to it.
 * @param firsts when the chunks begin, ascending
 */
export function groupByHost(points: PointColumns, firsts: Float64Array): Group[] {
  const groups: Group[] = [];
  for (let from = 0; from < points.atMs.length;) {
    const host = Math.max(0, placeOf(firsts, points.atMs[from]! + 1) - 1);
    const next = firsts[host + 1];
    const to = next === undefined ? points.atMs.length : placeOf(points.atMs, next);
    groups.push({ points: slicePoints(points, from, to), hostMs: firsts[host] });
    from = to;
  }
  return groups;
}

/** The chunks that a group becomes, and whether they take the place of its host. */
export interface Closed {
  replacesHost: boolean;
  chunks: PointColumns[];
}

/** A full host stays as it is, unless something falls into it. */
export function closeGroup(points: PointColumns, host: PointColumns | undefined): Closed {
  if (!host) return { replacesHost: false, chunks: split(points) };
  const isBeside = points.atMs[0]! > host.atMs.at(-1)! || points.atMs.at(-1)! < host.atMs[0]!;
  const isFull = host.atMs.length + points.atMs.length > CHUNK_POINTS;
  if (isBeside && isFull) return { replacesHost: false, chunks: split(points) };
  return { replacesHost: true, chunks: split(mergePoints([host, points])) };
}

/** As few parts as possible, all of about the same size. */
function split(points: PointColumns): PointColumns[] {
  const { length } = points.atMs;
  const parts = Math.ceil(length / CHUNK_POINTS);
  return Array.from({ length: parts }, (_, part) =>
    slicePoints(points, Math.floor((part * length) / parts), Math.floor(((part + 1) * length) / parts)),
  );
}
