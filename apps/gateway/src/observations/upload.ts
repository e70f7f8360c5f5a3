import type { FieldProblem } from '@souk/contracts';
import type { LineChunk } from './line-splitter.ts';
import { ObservationLines } from './observation-lines.ts';

const MAX_BODY_BYTES = 256 * 1024 * 1024;
const MAX_REJECTED_LISTED = 1_000;

/** A line that was not accepted, and why; `problems` when there is more than one. */
export interface RejectedLine {
  line: number;
  field: string;
  problem: string;
  problems?: FieldProblem[];
}

export interface Accepted {
  accepted: number;
  rejected: { line: number; problems: FieldProblem[] }[];
}

/** Why the body was not read to its end. */
export type Stop =
  | { kind: 'too-many-lines' }
  | { kind: 'too-large' }
  | { kind: 'cut'; reason: string; isLate: boolean }
  | { kind: 'refused'; error: unknown };

/** A body in pieces; `isWhole` tells at its end whether all that was announced has come. */
export interface Body extends AsyncIterable<Buffer> {
  readonly isWhole: boolean;
  readonly cutBy?: 'cut' | 'timeout' | undefined;
}

/** How far an upload came; true at any time, whatever happens to the rest. */
export interface Progress {
  accepted: number;
  rejectedCount: number;
  rejected: RejectedLine[];
  stop: Stop | undefined;
}

/**
 * Sends a body's lines on in chunks, one after the other so that their order is kept, and reads the next while
 * one is under way. The body is read only as fast as chunks are taken.
 */
export class Upload {
  readonly progress: Progress = { accepted: 0, rejectedCount: 0, rejected: [], stop: undefined };
  private readonly lines = new ObservationLines();
  private underWay: Promise<void> = Promise.resolve();

  constructor(
    private readonly send: (chunk: LineChunk) => Promise<Accepted>,
    private readonly maxBytes = MAX_BODY_BYTES,
  ) {}

  /** Never throws. */
  async read(body: Body): Promise<Progress> {
    try {
      await this.readAll(body);
      if (!body.isWhole)
        this.stop({ kind: 'cut', reason: 'the body broke off', isLate: body.cutBy === 'timeout' });
    } catch (error) {
      this.stop({ kind: 'cut', reason: reasonOf(error), isLate: body.cutBy === 'timeout' });
    }
    await this.finish();
    this.progress.rejected.sort((a, b) => a.line - b.line);
    return this.progress;
  }

  private async readAll(body: AsyncIterable<Buffer>): Promise<void> {
    // Not `for await`: leaving that early destroys the request, and its connection with it.
    const pieces = body[Symbol.asyncIterator]();
    let bytes = 0;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
      bytes += next.value.length;
      if (bytes > this.maxBytes) return this.stop({ kind: 'too-large' });
      // What is not taken any more is still read: a client hears the answer once it has sent all.
      if (!this.lines.isFull && !this.isRefused) await this.pass(this.lines.push(next.value));
    }
    if (this.lines.isFull) this.stop({ kind: 'too-many-lines' });
  }

  private get isRefused(): boolean {
    return this.progress.stop?.kind === 'refused';
  }

  private async finish(): Promise<void> {
    const { stop } = this.progress;
    if (!stop) await this.pass(this.lines.end());
    else if (stop.kind === 'cut') await this.pass(this.lines.cut(stop.reason));
    await this.underWay;
    this.takeUnreadable();
    if (!stop && this.lines.isFull) this.stop({ kind: 'too-many-lines' });
  }

  private async pass(chunks: Iterable<LineChunk>): Promise<void> {
    for (const chunk of chunks) {
      await this.underWay;
      if (this.isRefused) return;
      this.underWay = this.sendOne(chunk);
    }
    this.takeUnreadable();
  }

  private async sendOne(chunk: LineChunk): Promise<void> {
    try {
      const { accepted, rejected } = await this.send(chunk);
      this.progress.accepted += accepted;
      for (const { line, problems } of rejected) this.reject(line, problems);
    } catch (error) {
      this.progress.stop = { kind: 'refused', error };
    }
  }

  private takeUnreadable(): void {
    for (const { line, problem } of this.lines.takeUnreadable()) this.reject(line, [{ field: '', problem }]);
  }

  private reject(line: number, problems: FieldProblem[]): void {
    this.progress.rejectedCount += 1;
    if (this.progress.rejected.length >= MAX_REJECTED_LISTED) return;
    const { field, problem } = problems[0] ?? { field: '', problem: 'is not valid' };
    this.progress.rejected.push({ line, field, problem, ...(problems.length > 1 && { problems }) });
  }

  private stop(stop: Stop): void {
    this.progress.stop ??= stop;
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return /^(Z_|ZSTD_|ERR_)/.test(code) && code !== 'ERR_STREAM_PREMATURE_CLOSE'
    ? 'the compressed body is broken'
    : 'the body broke off';
}
