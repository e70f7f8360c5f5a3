/** Prices of one offer in one currency, column by column, from old to new; each time is there once. */
export interface PriceColumns {
  /** Unix milliseconds. */
  atMs: Float64Array;
  /** Minor units. */
  priceMinor: Float64Array;
  /** Stored codes, see `availability.ts`. */
  availability: Uint8Array;
}

/** Everything that is stored of each observation. */
export interface PointColumns extends PriceColumns {
  /** Minor units; NaN where none was stated. */
  listPriceMinor: Float64Array;
  /** Number of the row in `provenance` that tells where the price came from. */
  provenance: Float64Array;
}

const EACH = Float64Array.BYTES_PER_ELEMENT;

/** Room for so many prices, in one piece of memory: that is what costs, not its size. */
export function emptyPrices(length: number): PriceColumns {
  const memory = new ArrayBuffer(length * (2 * EACH + 1));
  return {
    atMs: new Float64Array(memory, 0, length),
    priceMinor: new Float64Array(memory, length * EACH, length),
    availability: new Uint8Array(memory, length * 2 * EACH, length),
  };
}

/** Room for so many points, in one piece of memory. */
export function emptyColumns(length: number): PointColumns {
  const memory = new ArrayBuffer(length * (4 * EACH + 1));
  return {
    atMs: new Float64Array(memory, 0, length),
    priceMinor: new Float64Array(memory, length * EACH, length),
    availability: new Uint8Array(memory, length * 4 * EACH, length),
    listPriceMinor: new Float64Array(memory, length * 2 * EACH, length),
    provenance: new Float64Array(memory, length * 3 * EACH, length),
  };
}

/** Columns of the points from one place up to another, without copying them. */
export function slicePoints<Columns extends PriceColumns>(
  columns: Columns,
  from: number,
  to: number,
): Columns {
  const entries = Object.entries(columns) as [string, Float64Array | Uint8Array][];
  return Object.fromEntries(entries.map(([name, values]) => [name, values.subarray(from, to)])) as never;
}

/** Place of the first observation at a time or later. */
export function placeOf(atMs: Float64Array, timeMs: number): number {
  let low = 0;
  let high = atMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (atMs[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One series of several, which may interleave; no time is in two of them. */
export function mergePoints<Columns extends PriceColumns>(parts: readonly Columns[]): Columns {
  const filled = parts.filter(({ atMs }) => atMs.length > 0).toSorted((a, b) => a.atMs[0]! - b.atMs[0]!);
  if (filled.length === 1) return filled[0]!;
  const joined = concatenate(filled.length > 0 ? filled : parts.slice(0, 1));
  return ascending(joined);
}

/** The same points in order of time. */
export function ascending<Columns extends PriceColumns>(columns: Columns): Columns {
  return isAscending(columns.atMs) ? columns : inOrderOfTime(columns);
}

function concatenate<Columns extends PriceColumns>(parts: readonly Columns[]): Columns {
  const length = parts.reduce((sum, { atMs }) => sum + atMs.length, 0);
  const joined: Record<string, Float64Array | Uint8Array> = {};
  for (const name of Object.keys(parts[0]!) as (keyof Columns & string)[]) {
    const column = name === 'availability' ? new Uint8Array(length) : new Float64Array(length);
    let place = 0;
    for (const part of parts) {
      const values = part[name] as Float64Array;
      column.set(values, place);
      place += values.length;
    }
    joined[name] = column;
  }
  return joined as unknown as Columns;
}

function inOrderOfTime<Columns extends PriceColumns>(columns: Columns): Columns {
  const order = Uint32Array.from(columns.atMs, (_, place) => place).sort(
    (a, b) => columns.atMs[a]! - columns.atMs[b]!,
  );
  const entries = Object.entries(columns) as [string, Float64Array][];
  return Object.fromEntries(
    entries.map(([name, values]) => [name, values.map((_, place) => values[order[place]!]!)]),
  ) as never;
}

function isAscending(values: Float64Array): boolean {
  for (let index = 1; index < values.length; index += 1) {
    if (values[index]! <= values[index - 1]!) return false;
  }
  return true;
}
