import { ArrayLines } from './array-lines.ts';
import { LINE_LIMITS, LineSplitter } from './line-splitter.ts';
const SPACE = 32;
const OPEN_ARRAY = 91;
/** First byte of a UTF-8 byte order mark; the other two are above a space and skipped with it. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/**
 * Lines of a posted body, whichever of the two forms it has: NDJSON, or a JSON array (its first byte that is
 * no space is `[`), whose elements are counted as lines.
 */
export class ObservationLines {
  limits;
  splitter;
  array;
  isBegun = false;
  seen = 0;
  unreadable = [];
  constructor(limits = LINE_LIMITS) {
    this.limits = limits;
    this.splitter = new LineSplitter(limits);
  }
  get isFull() {
    return this.splitter.isFull;
  }
  *push(piece) {
    const input = this.isBegun ? piece : this.begin(piece);
    if (!this.array) {
      yield* this.splitter.push(input);
    } else if (!this.array.problem) {
      yield* this.splitter.push(this.array.rewrite(input));
      const { problem } = this.array;
      if (problem) {
        yield* this.splitter.cut();
        this.unreadable.push({
          line: problem.element,
          problem: `the array is broken here: ${problem.text}; what follows was not read`,
        });
      }
    }
  }
  /** The body is complete. */
  *end() {
    if (!this.array || this.array.isClosed) yield* this.splitter.end();
    else yield* this.cut('the array is not closed: the body ends within this element');
  }
  /** The body broke off; an unfinished line is reported with this reason. */
  *cut(reason) {
    const unfinished = yield* this.splitter.cut();
    if (this.array?.problem || this.array?.isClosed) return;
    const line = this.array ? this.array.element : unfinished;
    if (line !== undefined) this.unreadable.push({ line, problem: reason });
  }
  /** Lines found unreadable since this was last asked. */
  takeUnreadable() {
    const { maxLineBytes } = this.limits;
    const overlong = this.splitter.overlong
      .splice(0)
      .map((line) => ({ line, problem: `longer than ${maxLineBytes} bytes: post one observation a line` }));
    return [...overlong, ...this.unreadable.splice(0)];
  }
  /** Skips a byte order mark and leading space; tells the form by the first byte after them. */
  begin(piece) {
    let index = 0;
    while (index < piece.length) {
      const byte = piece[index];
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
