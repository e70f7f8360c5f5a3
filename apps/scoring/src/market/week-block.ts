import { DAY_MS } from '../day.ts';

/** Weeks begin on Mondays in UTC; week 0 is that of 29 December 1969. */
const FIRST_MONDAY_MS = -3 * DAY_MS;
const WEEK_MS = 7 * DAY_MS;

export const weekOf = (atMs: number): number => Math.floor((atMs - FIRST_MONDAY_MS) / WEEK_MS);
export const weekStartMs = (week: number): number => week * WEEK_MS + FIRST_MONDAY_MS;

/** Weeks that are stored together. */
export const BLOCK_WEEKS = 52;
export const blockOf = (week: number): number => Math.floor(week / BLOCK_WEEKS);

/** One week of one offer. Percentages are whole numbers; NaN where nothing is known. */
export interface Week {
  /** Time-weighted; NaN also while it could not be bought. */
  meanMinor: number;
  /** At the end of the week. */
  closeMinor: number;
  /** Discount from the list price, as the shop claims at the end of the week. */
  claimedPercent: number;
  /** The same against the prior price; negative where it became dearer, 0 where it was reduced long ago. */
  realPercent: number;
}

export const WEEK_BYTES = 8 + 4 + 1 + 1;
/** The first bytes of a week of which nothing is known. */
export const NO_CLOSE = Buffer.alloc(8);
NO_CLOSE.writeDoubleLE(NaN);
const UNKNOWN = -128;
/** What is not 0 is not rounded to it: a discount of 0.4 % is no fake one. */
const percentByte = (percent: number): number =>
  Number.isNaN(percent) ? UNKNOWN : Math.max(-127, Math.min(127, Math.round(percent) || Math.sign(percent)));
const percentOf = (byte: number): number => (byte === UNKNOWN ? NaN : byte);

/** 52 weeks in 728 bytes: closes as doubles (exact minor units), means as floats, percentages as bytes. */
export function encodeBlock(weeks: ReadonlyMap<number, Week>, block: number): Buffer {
  const bytes = Buffer.alloc(BLOCK_WEEKS * WEEK_BYTES);
  for (let place = 0; place < BLOCK_WEEKS; place += 1) {
    const week = weeks.get(block * BLOCK_WEEKS + place);
    const at = place * WEEK_BYTES;
    bytes.writeDoubleLE(week?.closeMinor ?? NaN, at);
    bytes.writeFloatLE(week?.meanMinor ?? NaN, at + 8);
    bytes.writeInt8(percentByte(week?.claimedPercent ?? NaN), at + 12);
    bytes.writeInt8(percentByte(week?.realPercent ?? NaN), at + 13);
  }
  return bytes;
}

/** Calls with each week of a block that something is known of and that lies within these weeks, in order. */
export function readBlock(
  bytes: Buffer,
  block: number,
  [first, last]: readonly [number, number],
  tell: (number: number, week: Week) => void,
): void {
  const from = Math.max(0, first - block * BLOCK_WEEKS);
  const to = Math.min(BLOCK_WEEKS - 1, last - block * BLOCK_WEEKS);
  for (let place = from; place <= to; place += 1) {
    const at = place * WEEK_BYTES;
    const closeMinor = bytes.readDoubleLE(at);
    if (Number.isNaN(closeMinor)) continue;
    tell(block * BLOCK_WEEKS + place, {
      closeMinor,
      meanMinor: bytes.readFloatLE(at + 8),
      claimedPercent: percentOf(bytes.readInt8(at + 12)),
      realPercent: percentOf(bytes.readInt8(at + 13)),
    });
  }
}
