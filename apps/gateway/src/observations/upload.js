import { ObservationLines } from './observation-lines.ts';
const MAX_BODY_BYTES = 256 * 1024 * 1024;
const MAX_REJECTED_LISTED = 1000;
/**
 * Sends a body's lines on in chunks, one after the other so that their order is kept, and reads the next while
 * one is under way. The body is read only as fast as chunks are taken.
 */
export class Upload {
  send;
  maxBytes;
  progress = { accepted: 0, rejectedCount: 0, rejected: [], stop: undefined };
  lines = new ObservationLines();
  underWay = Promise.resolve();
  constructor(send, maxBytes = MAX_BODY_BYTES) {
    this.send = send;
    this.maxBytes = maxBytes;
  }
  /** `isWhole` is asked at the end: a body can end although more was announced. Never throws. */
  async read(body, isWhole) {
    try {
      await this.readAll(body);
      if (!this.progress.stop && !isWhole()) this.stop({ kind: 'cut', reason: 'the body broke off' });
    } catch (error) {
      this.stop({ kind: 'cut', reason: reasonOf(error) });
    }
    await this.finish();
    this.progress.rejected.sort((a, b) => a.line - b.line);
    return this.progress;
  }
  async readAll(body) {
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
  get isRefused() {
    return this.progress.stop?.kind === 'refused';
  }
  async finish() {
    const { stop } = this.progress;
    if (!stop) await this.pass(this.lines.end());
    else if (stop.kind === 'cut') await this.pass(this.lines.cut(stop.reason));
    await this.underWay;
    this.takeUnreadable();
    if (!stop && this.lines.isFull) this.stop({ kind: 'too-many-lines' });
  }
  async pass(chunks) {
    for (const chunk of chunks) {
      await this.underWay;
      if (this.isRefused) return;
      this.underWay = this.sendOne(chunk);
    }
    this.takeUnreadable();
  }
  async sendOne(chunk) {
    try {
      const { accepted, rejected } = await this.send(chunk);
      this.progress.accepted += accepted;
      for (const { line, problems } of rejected) this.reject(line, problems);
    } catch (error) {
      this.progress.stop = { kind: 'refused', error };
    }
  }
  takeUnreadable() {
    for (const { line, problem } of this.lines.takeUnreadable()) this.reject(line, [{ field: '', problem }]);
  }
  reject(line, problems) {
    this.progress.rejectedCount += 1;
    if (this.progress.rejected.length >= MAX_REJECTED_LISTED) return;
    const { field, problem } = problems[0] ?? { field: '', problem: 'is not valid' };
    this.progress.rejected.push({ line, field, problem, ...(problems.length > 1 && { problems }) });
  }
  stop(stop) {
    this.progress.stop ??= stop;
  }
}
function reasonOf(error) {
  const code = error.code ?? '';
  return /^(Z_|ZSTD_|ERR_)/.test(code) && code !== 'ERR_STREAM_PREMATURE_CLOSE'
    ? 'the compressed body is broken'
    : 'the body broke off';
}
