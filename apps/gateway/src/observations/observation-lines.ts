import { ArrayLines } from './array-lines.ts';
import { LINE_LIMITS, type LineChunk, type LineLimits, LineSplitter } from './line-splitter.ts';

const SPACE = 32;
const OPEN_ARRAY = 91;
/** First byte of a UTF-8 byte order mark; the other two are above a space and skipped with it. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** A line that never reached the service that checks lines. */
export interface UnreadableLine {
  line: number;
  problem: string;
}

/**
 * Lines of a posted body, whichever of the two forms it has: NDJSON, or a JSON array (its first byte that is
 * no space is `[`), whose elements are counted as lines.
 */
export class ObservationLines {
  private readonly limits: LineLimits;
  private splitter: LineSplitter;
  private array: ArrayLines | undefined;
  private isBegun = false;
  private seen = 0;
  private unreadable: UnreadableLine[] = [];

  constructor(limits: LineLimits = LINE_LIMITS) {
    this.limits = limits;
    this.splitter = new LineSplitter(limits);
  }

  get isFull(): boolean {
    return this.splitter.isFull;
  }

  *push(piece: Buffer): Generator<LineChunk> {
    const input = this.isBegun ? piece : this.begin(piece);
    if (this.array) yield* this.pushArray(this.array, input);
    else yield* this.splitter.push(input);
  }

  /** The body is complete. */
  *end(): Generator<LineChunk> {
    if (!this.array || this.array.isClosed) yield* this.splitter.end();
    else yield* this.cut('the array is not closed: the body ends within this element');
  }

  /** The body broke off; an unfinished line is reported with this reason. */
  *cut(reason: string): Generator<LineChunk> {
    const unfinished = yield* this.splitter.cut();
    if (this.array?.isBroken || this.array?.isClosed) return;
    const line = this.array ? this.array.element : unfinished;
    if (line !== undefined) this.unreadable.push({ line, problem: reason });
  }

  /** Lines found unreadable since this was last asked. */
  takeUnreadable(): UnreadableLine[] {
    const { maxLineBytes } = this.limits;
    const overlong = this.splitter.overlong
      .splice(0)
      .map((line) => ({ line, problem: `longer than ${maxLineBytes} bytes: post one observation a line` }));
    return [...overlong, ...this.unreadable.splice(0)];
  }

  private *pushArray(array: ArrayLines, input: Buffer): Generator<LineChunk> {
    if (array.isBroken) return;
    yield* this.splitter.push(array.rewrite(input));
    const { problem } = array;
    if (!problem) return;
    yield* this.splitter.cut();
    this.unreadable.push({
      line: problem.element,
      problem: `the array is broken here: ${problem.text}; what follows was not read`,
    });
  }

  /** Skips a byte order mark and leading space; tells the form by the first byte after them. */
  private begin(piece: Buffer): Buffer {
    let index = 0;
    while (index < piece.length) {
      const byte = piece[index]!;
      if (byte === BYTE_ORDER_MARK[this.seen] && this.seen < 3) {
        piece[index] = SPACE;
        this.seen += 1;
      } else if (byte <= SPACE) {
        this.seen = 3;
      } else {
        this.isBegun = true;
        if (byte === OPEN_ARRAY) {
          this.array = new ArrayLines();
          // Elements are counted, whatever blank lines came before the array.
          this.splitter = new LineSplitter(this.limits);
        }
        break;
      }
      index += 1;
    }
    return piece;
  }
}
