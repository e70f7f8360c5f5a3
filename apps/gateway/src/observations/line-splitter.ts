/** Whole lines of a body, to be sent on together: `body` is NDJSON, its first line is the body's line `firstLine`. */
export interface LineChunk {
  body: Buffer;
  firstLine: number;
  lines: number;
}

export interface LineLimits {
  /** Longer lines are left out and noted in `overlong`; nothing of them is kept. */
  maxLineBytes: number;
  /** Lines with content in the whole body; what comes after is dropped and `isFull` says so. */
  maxLines: number;
  maxChunkLines: number;
  maxChunkBytes: number;
}

export const LINE_LIMITS: LineLimits = {
  maxLineBytes: 64 * 1024,
  maxLines: 100_000,
  maxChunkLines: 1_000,
  maxChunkBytes: 400 * 1024,
};

const NEWLINE = 10;
const SPACE = 32;
/** Tiny pieces are joined beyond this many, so that a body sent byte by byte costs no object per byte. */
const MAX_PIECES = 1_024;

/**
 * Cuts a body, given in pieces of any size, into chunks of whole lines. Lines stay raw bytes: they are
 * neither copied one by one nor turned into objects; a run of lines is one view on the input, and a chunk is
 * joined once. Keeps at most one chunk and one unfinished line.
 */
export class LineSplitter {
  /** Numbers of lines that were too long, not yet taken by the caller. */
  readonly overlong: number[] = [];
  /** A line beyond `maxLines` came; it and all after it were dropped. */
  isFull = false;
  /** Number of the line that is being read, counted from 1. */
  line = 1;

  private readonly limits: LineLimits;
  private pieces: Buffer[] = [];
  private bytes = 0;
  private lines = 0;
  private firstLine = 1;
  private contentLines = 0;

  private partial: Buffer[] = [];
  private partialBytes = 0;
  private isPartialBlank = true;
  private isSkipping = false;

  constructor(limits: LineLimits = LINE_LIMITS) {
    this.limits = limits;
  }

  *push(input: Buffer): Generator<LineChunk> {
    let at = 0;
    // Whole lines of this input from here on are in the chunk but not yet in `pieces`.
    let runStart = 0;
    while (!this.isFull) {
      const newline = input.indexOf(NEWLINE, at);
      if (newline === -1) break;
      const length = this.partialBytes + newline - at;
      const isBlank = this.isPartialBlank && isBlankBetween(input, at, newline);
      const isOverlong = this.isSkipping || length > this.limits.maxLineBytes;
      if (isOverlong || (isBlank && this.lines === 0) || this.contentLines === this.limits.maxLines) {
        this.keep(input, runStart, at);
        yield* this.flush();
        runStart = newline + 1;
        if (isOverlong) this.noteOverlong();
        else if (!isBlank) this.isFull = true;
        this.dropPartial();
        this.isSkipping = false;
        this.line += 1;
        this.firstLine = this.line;
      } else {
        if (this.lines > 0 && this.bytes + length + 1 > this.limits.maxChunkBytes) {
          this.keep(input, runStart, at);
          yield* this.flush();
          runStart = at;
        }
        this.keepPartial();
        this.endLine(length + 1, isBlank);
        if (this.lines === this.limits.maxChunkLines) {
          this.keep(input, runStart, newline + 1);
          yield* this.flush();
          runStart = newline + 1;
        }
      }
      at = newline + 1;
    }
    if (this.isFull) return;
    this.keep(input, runStart, at);
    yield* this.keepRest(input, at);
  }

  /** The body is complete: its last line needs no newline. */
  *end(): Generator<LineChunk> {
    if (this.isSkipping) this.noteOverlong();
    else if (this.partialBytes > 0 && !this.isPartialBlank && !this.isFull) {
      if (this.contentLines === this.limits.maxLines) this.isFull = true;
      else {
        if (this.lines > 0 && this.bytes + this.partialBytes > this.limits.maxChunkBytes) yield* this.flush();
        const length = this.partialBytes;
        this.keepPartial();
        this.endLine(length, false);
      }
    }
    yield* this.flush();
  }

  /** The body broke off: what is whole is handed out. Answers the number of the line that was cut, if one was. */
  *cut(): Generator<LineChunk, number | undefined> {
    const wasInLine = (this.partialBytes > 0 && !this.isPartialBlank) || this.isSkipping;
    this.dropPartial();
    yield* this.flush();
    return wasInLine ? this.line : undefined;
  }

  private endLine(bytes: number, isBlank: boolean): void {
    this.bytes += bytes;
    this.lines += 1;
    this.line += 1;
    if (!isBlank) this.contentLines += 1;
  }

  private *flush(): Generator<LineChunk> {
    if (this.lines > 0) {
      const body = this.pieces.length === 1 ? this.pieces[0]! : Buffer.concat(this.pieces);
      yield { body, firstLine: this.firstLine, lines: this.lines };
    }
    this.pieces = [];
    this.bytes = 0;
    this.lines = 0;
    this.firstLine = this.line;
  }

  private *keepRest(input: Buffer, from: number): Generator<LineChunk> {
    if (from >= input.length || this.isSkipping) return;
    this.partialBytes += input.length - from;
    if (this.partialBytes > this.limits.maxLineBytes) {
      yield* this.flush();
      this.dropPartial();
      this.isSkipping = true;
      return;
    }
    this.isPartialBlank &&= isBlankBetween(input, from, input.length);
    this.partial.push(input.subarray(from));
    if (this.partial.length > MAX_PIECES) this.partial = [Buffer.concat(this.partial)];
  }

  private noteOverlong(): void {
    this.overlong.push(this.line);
    this.contentLines += 1;
  }

  private keep(input: Buffer, from: number, to: number): void {
    if (to <= from) return;
    this.pieces.push(input.subarray(from, to));
    if (this.pieces.length > MAX_PIECES) this.pieces = [Buffer.concat(this.pieces)];
  }

  private keepPartial(): void {
    if (this.partial.length > 0) this.pieces.push(...this.partial);
    this.dropPartial();
  }

  private dropPartial(): void {
    this.partial = [];
    this.partialBytes = 0;
    this.isPartialBlank = true;
  }
}

function isBlankBetween(input: Buffer, from: number, to: number): boolean {
  for (let index = from; index < to; index += 1) if (input[index]! > SPACE) return false;
  return true;
}
