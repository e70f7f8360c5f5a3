import { Bus } from '@souk/bus';
import { AcquirePermits, PRIORITIES, type Priority, Refusal, type ResponseOf } from '@souk/contracts';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { z } from 'zod';
import { QUOTA_CONFIG, type QuotaConfig } from './config.ts';
import { granted, refused, waiting } from './metrics.ts';
import { type Demand, type Grant, PermitGrant } from './permit-grant.ts';
import { PermitQueue } from './permit-queue.ts';

type Request = z.output<typeof AcquirePermits.request>;
type Answer = ResponseOf<typeof AcquirePermits>;

interface Waiter {
  request: Request;
  arrivedAtMs: number;
  deadlineMs: number;
  resolve: (answer: Answer) => void;
  reject: (error: Refusal) => void;
}

/** The queue of one upstream and what wakes whoever serves it. */
interface Line {
  queue: PermitQueue<Waiter>;
  isServed: boolean;
  wake: () => void;
}

type Settled = Extract<Grant, { kind: 'granted' | 'refused' }>;

const RETRY_MS = 1_000;
/** Whoever waits for long looks again meanwhile: the pace may have recovered, Redis may have begun anew. */
const RECHECK_MS = 1_000;

/** Everyone in this process who wants to call an upstream stands here; one upstream is served by one loop at a time. */
@Injectable()
export class PermitDesk {
  private readonly logger = new Logger('permits');
  private readonly lines = new Map<string, Line>();

  constructor(
    private readonly grant: PermitGrant,
    @Inject(QUOTA_CONFIG) private readonly config: QuotaConfig,
    bus: Bus,
  ) {
    bus.onStopping(() => this.sendAway());
  }

  /**
   * Resolves when the permits are granted or declined, at the latest shortly after `waitMs`. When the queue is
   * full, whoever came last of a lower class makes room; else the newcomer is declined.
   */
  acquire(request: Request): Promise<Answer> {
    if (!this.makeRoom(request)) return Promise.resolve(this.decline(request, 'queue-full', RETRY_MS));
    const labels = { upstream: request.upstream, priority: request.priority };
    waiting.inc(labels);
    const answer = new Promise<Answer>((resolve, reject) => {
      const arrivedAtMs = performance.now();
      const line = this.lineOf(request.upstream);
      const deadlineMs = arrivedAtMs + request.waitMs;
      line.queue.add(request.priority, { request, arrivedAtMs, deadlineMs, resolve, reject });
      if (line.isServed) line.wake();
      else void this.serve(request.upstream, line);
    });
    return answer.finally(() => waiting.dec(labels));
  }

  waiting(upstream: string): Record<Priority, number> {
    return this.lines.get(upstream)?.queue.waiting() ?? new PermitQueue().waiting();
  }

  /** This process stops: who still waits asks another replica, or this one when it is back. */
  private sendAway(): void {
    for (const { queue, wake } of this.lines.values()) {
      this.rejectAll(queue, new Refusal('unavailable', 'quota is stopping', { retryAfterMs: RETRY_MS }));
      wake();
    }
  }

  private makeRoom({ upstream, priority }: Request): boolean {
    const own = this.lines.get(upstream)?.queue;
    if (own && own.size >= this.config.SOUK_QUOTA_MAX_WAITING_PER_UPSTREAM)
      return this.evictBelow(priority, [own]);
    const queues = [...this.lines.values()].map(({ queue }) => queue);
    const inAll = queues.reduce((sum, { size }) => sum + size, 0);
    return inAll < this.config.SOUK_QUOTA_MAX_WAITING || this.evictBelow(priority, queues);
  }

  /** Sends away one of the lowest class that waits, of the longest of these queues; false: none is below. */
  private evictBelow(priority: Priority, queues: readonly PermitQueue<Waiter>[]): boolean {
    const rank = (queue: PermitQueue<Waiter>): number => PRIORITIES.indexOf(queue.lowestClass() ?? 'user');
    const [queue] = queues.toSorted((a, b) => rank(b) - rank(a) || b.size - a.size);
    const lowest = queue?.lowestClass();
    if (!queue || !lowest || PRIORITIES.indexOf(lowest) <= PRIORITIES.indexOf(priority)) return false;
    const evicted = queue.evict(lowest)!;
    evicted.resolve(this.decline(evicted.request, 'queue-full', RETRY_MS));
    return true;
  }

  private lineOf(upstream: string): Line {
    let line = this.lines.get(upstream);
    if (!line) {
      line = { queue: new PermitQueue(), isServed: false, wake: () => undefined };
      this.lines.set(upstream, line);
    }
    return line;
  }

  /** Serves the upstream's queue until it is empty. */
  private async serve(upstream: string, line: Line): Promise<void> {
    line.isServed = true;
    const { queue } = line;
    try {
      for (let head = queue.peek(); head; head = queue.peek()) {
        const arrival = arrivalOf(line);
        const grant = await this.grant.attempt(upstream, demandOf(head, queue));
        if (grant.kind === 'never') this.refuse(queue, head, grant.burst);
        else if (grant.kind === 'wait') await this.letWait(queue, grant.waitMs, arrival);
        else this.settle(queue, head, grant);
      }
    } catch (error) {
      // Without Redis or Postgres nobody knows what was called already: rather no call than one too many.
      this.logger.warn({ upstream, error: String(error) }, 'no permits can be given');
      this.rejectAll(
        queue,
        new Refusal('unavailable', 'quota cannot reach its stores', { retryAfterMs: RETRY_MS }),
      );
    } finally {
      line.isServed = false;
      if (queue.size === 0) this.lines.delete(upstream);
      else void this.serve(upstream, line);
    }
  }

  private refuse(queue: PermitQueue<Waiter>, { request }: Waiter, burst: number): void {
    const problem = `${request.upstream} allows ${burst} calls at once: ask for fewer`;
    const problems = [{ field: 'permits', problem }];
    for (const waiter of queue.removeWhere((one) => one.request.permits > burst)) {
      waiter.reject(new Refusal('invalid', problem, { problems }));
    }
  }

  private settle(queue: PermitQueue<Waiter>, head: Waiter, grant: Settled): void {
    if (grant.kind === 'granted') {
      // Who was sent away meanwhile has its answer: these permits are lost.
      if (!queue.granted(head)) return;
      granted.inc({ upstream: head.request.upstream, priority: head.request.priority }, head.request.permits);
      const waitedMs = Math.max(0, Math.floor(grant.atMs - head.arrivedAtMs));
      return head.resolve({ granted: true, waitedMs, useWithinMs: grant.useWithinMs });
    }
    const { operation } = head.request;
    const concerned = queue.removeWhere(
      (waiter) =>
        waiter === head ||
        grant.concerns === 'all' ||
        (grant.concerns === 'operation' && waiter.request.operation === operation),
    );
    for (const waiter of concerned) {
      waiter.resolve(this.decline(waiter.request, grant.reason, grant.retryAfterMs));
    }
  }

  /** Declines whose time is up, then sleeps until permits are due, somebody's time is up or somebody new came. */
  private async letWait(queue: PermitQueue<Waiter>, waitMs: number, arrival: Promise<void>): Promise<void> {
    const nowMs = performance.now();
    for (const waiter of queue.removeWhere(({ deadlineMs }) => deadlineMs <= nowMs)) {
      waiter.resolve(this.decline(waiter.request, 'rate', waitMs));
    }
    if (queue.size === 0) return;
    const wakeAtMs = Math.min(
      nowMs + Math.min(waitMs, RECHECK_MS),
      ...queue.all().map(({ deadlineMs }) => deadlineMs),
    );
    let timer: NodeJS.Timeout | undefined;
    const due = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(1, Math.ceil(wakeAtMs - performance.now())));
    });
    await Promise.race([due, arrival]);
    clearTimeout(timer);
  }

  private rejectAll(queue: PermitQueue<Waiter>, error: Refusal): void {
    for (const waiter of queue.removeWhere(() => true)) waiter.reject(error);
  }

  private decline(
    request: Request,
    reason: (Answer & { granted: false })['reason'],
    retryAfterMs: number,
  ): Answer {
    refused.inc({ upstream: request.upstream, reason });
    return { granted: false, reason, retryAfterMs: Math.ceil(retryAfterMs) };
  }
}

const demandOf = ({ request }: Waiter, queue: PermitQueue<Waiter>): Demand => ({
  permits: request.permits,
  operation: request.operation ?? '',
  inAll: queue.all().reduce((sum, waiter) => sum + waiter.request.permits, 0),
});

/** Resolves when the next asker joins the line, also when that happens before anyone waits for it. */
function arrivalOf(line: Line): Promise<void> {
  return new Promise((resolve) => {
    line.wake = resolve;
  });
}
