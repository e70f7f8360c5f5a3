import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetJob, type Job, Refusal } from '@souk/contracts';
import { KeyRing } from '../auth/key-ring.ts';
import { CHECK_KEYS_EVERY_MS, reasonToClose } from '../auth/reason-to-close.ts';
import type { CallerInfo } from '../http/request.ts';
import { isGone, StreamPlaces } from '../http/stream-places.ts';
import { jobView } from './job.schemas.ts';

const LOOK_EVERY_MS = 500;
const HEARTBEAT_EVERY_MS = 15_000;
const MAX_STREAMS = 300;
const MAX_STREAMS_OF_ACCOUNT = 30;
const GONE_AFTER_MS = 1_000;
const RESTARTS = 'the server restarts: reconnect';

/**
 * How far jobs are, told as they go. Each event is the whole state, so that a client that was away misses nothing
 * that matters: it gets the present state, unless it has it already.
 */
@Injectable()
export class JobStreams implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly places = new StreamPlaces({
    ofAll: MAX_STREAMS,
    ofAccount: MAX_STREAMS_OF_ACCOUNT,
    called: 'streams of jobs',
  });
  /** Who is told, each with the hash of its key. */
  private readonly followers = new Map<ServerResponse, string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly keys: KeyRing,
  ) {
    keys.onChange(() => void this.checkKeys());
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.checkKeys(), CHECK_KEYS_EVERY_MS);
  }

  /** Before the server stops accepting: open streams would hold it up. */
  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.stopping.abort();
    for (const response of this.followers.keys()) close(response, RESTARTS);
  }

  /** A place until the connection ends; to be taken before anything is waited for. Throws a Problem when there is none. */
  takePlace(accountId: string, response: ServerResponse): void {
    this.places.take(accountId, response);
  }

  /** Tells of the job until it has ended, the client leaves or its key may read no more. */
  async follow(
    { accountId, sha256 }: CallerInfo,
    jobId: string,
    response: ServerResponse,
    after: number | undefined,
  ): Promise<void> {
    this.followers.set(response, sha256);
    try {
      write(response, 'retry: 2000\n\n');
      await this.tell(accountId, jobId, response, after);
    } finally {
      this.followers.delete(response);
    }
  }

  private async tell(
    accountId: string,
    jobId: string,
    response: ServerResponse,
    after: number | undefined,
  ): Promise<void> {
    let told = after;
    let heardAt = performance.now();
    while (isOpen(response)) {
      if (this.stopping.signal.aborted) return close(response, RESTARTS);
      const job = await this.look(accountId, jobId);
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

  /** Beside the telling, which can hang on a question while a key is revoked. */
  private async checkKeys(): Promise<void> {
    const byKey = Map.groupBy(this.followers, ([, sha256]) => sha256);
    await Promise.all(
      [...byKey].map(async ([sha256, followers]) => {
        const reason = await reasonToClose(this.keys, sha256);
        if (reason) for (const [response] of followers) close(response, reason);
      }),
    );
  }
}

const isOpen = (response: ServerResponse): boolean => !isGone(response) && !response.writableEnded;

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
