import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { newId } from '@souk/contracts';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { replayedAnswers } from '../http/metrics.ts';
import { Problem } from '../http/problem.ts';
import type { CallerInfo } from '../http/request.ts';
import { type Command, IdempotencyStore, type StoredCommand } from './idempotency.store.ts';
import { seal, unseal } from './seal.ts';

const LOCK_MS = 30_000;
const EXTEND_EVERY_MS = 10_000;
/** No request takes longer; whoever still holds a command then is stuck, and loses it. */
const EXTEND_FOR_MS = 600_000;
/** How long a repeated request waits for the first one. */
const WAIT_MS = 20_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
const PURGE_EVERY_MS = 60_000;
const PURGE_BATCH = 1_000;
/** Batches in one run: what is left waits for the next. */
const PURGE_BATCHES = 20;

/** The first request with its key: it does the work and stores the answer, or lets the key go. */
export interface FirstTime {
  kind: 'first';
  complete(answer: { bodySha256: Buffer; status: number; body: string }): Promise<void>;
  release(): Promise<void>;
}

/** The answer of the first time; `bodySha256` tells whether it was the same request. */
export interface Replay {
  kind: 'replay';
  bodySha256: Buffer;
  status: number;
  body: string;
}

/** The same Idempotency-Key is the same command: done once, answered alike each time. */
@Injectable()
export class Idempotency implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('idempotency');
  private purger: NodeJS.Timeout | undefined;

  constructor(private readonly store: IdempotencyStore) {}

  /** Throws a Problem when the first request is still in work after a while, or had another API key. */
  async begin(caller: CallerInfo, key: string, route: string): Promise<FirstTime | Replay> {
    const keyHash = createHash('sha256').update(key).digest();
    const command: Command = { accountId: caller.accountId, keyHash, route };
    const owner = newId();
    const deadlineMs = performance.now() + WAIT_MS;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      let stored = await this.store.find(command);
      if (!stored || stored.isFree) {
        if (await this.store.acquire(command, owner, LOCK_MS))
          return this.firstTime(command, owner, caller.apiKey);
        stored = await this.store.find(command);
      }
      if (stored?.state === 'done') return replayOf(stored, command, caller.apiKey);
      if (performance.now() + pauseMs > deadlineMs) throw inProgress();
      await pause(pauseMs * (0.75 + Math.random() / 2));
    }
  }

  onApplicationBootstrap(): void {
    this.purger = setInterval(() => void this.purge(), PURGE_EVERY_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.purger);
  }

  private firstTime(command: Command, owner: string, apiKey: string): FirstTime {
    const untilMs = performance.now() + EXTEND_FOR_MS;
    const extending = setInterval(() => {
      if (performance.now() > untilMs) return clearInterval(extending);
      this.store.extend(command, owner, LOCK_MS).catch((error: unknown) => {
        this.logger.warn({ error }, 'the lock of a command could not be kept');
      });
    }, EXTEND_EVERY_MS);
    return {
      kind: 'first',
      complete: async ({ bodySha256, status, body }) => {
        clearInterval(extending);
        const response = seal(body, apiKey, contextOf(command));
        await this.store.complete(command, owner, { bodySha256, status, response });
      },
      release: async () => {
        clearInterval(extending);
        await this.store.release(command, owner);
      },
    };
  }

  private async purge(): Promise<void> {
    try {
      for (let batch = 0; batch < PURGE_BATCHES; batch += 1) {
        if ((await this.store.purge(PURGE_BATCH)) < PURGE_BATCH) return;
      }
    } catch (error) {
      this.logger.warn({ error }, 'old commands could not be purged; trying again');
    }
  }
}

const contextOf = (command: Command): Buffer =>
  createHash('sha256').update(command.accountId).update(command.keyHash).update(command.route).digest();

function replayOf(stored: StoredCommand, command: Command, apiKey: string): Replay {
  const body = unseal(stored.response, apiKey, contextOf(command));
  if (body === undefined || !stored.bodySha256) {
    throw new Problem(
      'idempotency-key-reused',
      'This Idempotency-Key was used with another API key of the account.',
    );
  }
  replayedAnswers.inc();
  return { kind: 'replay', bodySha256: stored.bodySha256, status: stored.status, body };
}

/** Throws unless the repeated request is the one that was answered. */
export function mustBeSame(replay: Replay, bodySha256: Buffer): void {
  if (replay.bodySha256.equals(bodySha256)) return;
  throw new Problem('idempotency-key-reused', 'This Idempotency-Key was used with another body or query.');
}

const inProgress = (): Problem =>
  new Problem('in-progress', 'The first request with this Idempotency-Key is still being worked on.', {
    retryAfterMs: 2_000,
  });
