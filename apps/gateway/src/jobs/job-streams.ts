import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetJob, type Job, Refusal } from '@souk/contracts';
import { hasScope } from '../auth/authentication.ts';
import { KeyRing } from '../auth/key-ring.ts';
import { Problem } from '../http/problem.ts';
import type { CallerInfo } from '../http/request.ts';
import { jobView } from './job.schemas.ts';

const LOOK_EVERY_MS = 500;
const HEARTBEAT_EVERY_MS = 15_000;
const MAX_STREAMS = 300;
const MAX_STREAMS_OF_ACCOUNT = 30;
const GONE_AFTER_MS = 1_000;

/**
 * How far jobs are, told as they go. Each event is the whole state, so that a client that was away misses nothing
 * that matters: it gets the present state, unless it has it already.
 */
@Injectable()
export class JobStreams implements OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly open = new Map<ServerResponse, string>();

  constructor(
    private readonly bus: Bus,
    private readonly keys: KeyRing,
  ) {}

  /** Before the server stops accepting: open streams would hold it up. */
  onModuleDestroy(): void {
    this.stopping.abort();
    for (const response of this.open.keys()) close(response, 'the server restarts: reconnect');
  }

  /** Throws a Problem when there is no place for one more. */
  mustHavePlace(accountId: string): void {
    if (this.open.size >= MAX_STREAMS)
      throw new Problem('unavailable', 'Too many clients listen already.', { retryAfterMs: 5_000 });
    const own = [...this.open.values()].filter((account) => account === accountId).length;
    if (own >= MAX_STREAMS_OF_ACCOUNT)
      throw new Problem('too-many', `At most ${MAX_STREAMS_OF_ACCOUNT} streams of jobs at the same time.`, {
        retryAfterMs: 5_000,
      });
  }

  /** Tells of the job until it has ended, the client leaves or its key may read no more. */
  async follow(
    caller: CallerInfo,
    jobId: string,
    response: ServerResponse,
    after: number | undefined,
  ): Promise<void> {
    this.open.set(response, caller.accountId);
    response.once('close', () => this.open.delete(response));
    response.write('retry: 2000\n\n');
    let told = after;
    let heardAt = performance.now();
    while (isOpen(response) && !this.stopping.signal.aborted) {
      if (!(await this.mayRead(caller))) return close(response, 'the key may not read any more');
      const job = await this.look(caller.accountId, jobId);
      if (job === null) return close(response, 'the job is gone');
      if (job && job.position !== told) {
        write(response, `id: ${job.position}\nevent: progress\ndata: ${JSON.stringify(jobView(job))}\n\n`);
        told = job.position;
        heardAt = performance.now();
      }
      if (job?.finishedAt) return close(response, 'the job has ended');
      if (performance.now() - heardAt > HEARTBEAT_EVERY_MS) {
        write(response, ': heartbeat\n\n');
        heardAt = performance.now();
      }
      await pause(LOOK_EVERY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** Null when it is gone; nothing while nobody answers: the client stays connected. */
  private async look(accountId: string, jobId: string): Promise<Job | null | undefined> {
    try {
      return (await this.bus.ask(GetJob, { accountId, jobId })).job;
    } catch (error) {
      return error instanceof Refusal && error.code === 'not-found' ? null : undefined;
    }
  }

  /** A key that cannot be verified is relied on no longer than in any other request. */
  private async mayRead({ sha256 }: CallerInfo): Promise<boolean> {
    try {
      const known = this.keys.known(sha256);
      const key = known === undefined ? await this.keys.find(sha256) : known;
      return key !== null && hasScope(key, 'read');
    } catch {
      return false;
    }
  }
}

const isOpen = (response: ServerResponse): boolean => !response.destroyed && !response.writableEnded;

/** What waits for a client that does not read is a few states at most: then it is closed. */
function write(response: ServerResponse, text: string): void {
  if (!isOpen(response)) return;
  response.write(text);
  if (response.writableLength > 1024 * 1024) close(response, 'too slow: reconnect');
}

function close(response: ServerResponse, reason: string): void {
  if (!isOpen(response)) return;
  response.end(`: ${reason}\n\n`);
  setTimeout(() => response.destroy(), GONE_AFTER_MS).unref();
}
