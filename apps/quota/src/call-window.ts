import { Injectable } from '@nestjs/common';
import { redisCalls } from './metrics.ts';
import { RedisConnection } from './redis.ts';
import { permitScript, SERVER_TIME, usedScript } from './window-script.ts';
import { type LeaseTerms, type Limits, mostAtOnce } from './windows.ts';

/** What is asked of the windows at once. */
export interface WindowAsk {
  /** Permits that are needed at the same moment. */
  permits: number;
  /** So many times; those that are not free yet may be given for later, within the horizon. */
  times: number;
  /** Beyond those: single permits that are free at once, to be kept in hand. */
  spareNow: number;
  /** The same of those that become free later. */
  spareLater: number;
}

/** A permit by this process's monotonic clock: its call begins between these moments. */
export interface HeldPermit {
  fromMs: number;
  untilMs: number;
  /** Where its call is counted in the daily budget. */
  slot?: Date;
}

export type WindowAnswer =
  { granted: true; askedAtMs: number; permits: HeldPermit[] } | { granted: false; retryAfterMs: number };

interface Commands {
  takePermits(log: string, stamp: string, ...args: (string | number)[]): Promise<string[]>;
  usedPermits(log: string, stamp: string, ...args: (string | number)[]): Promise<(number | null)[]>;
}

const ASK_EACH_TIME: LeaseTerms = { horizonMs: 0, holdMs: 0, apartMs: 0 };
const micros = (ms: number): number => Math.ceil(ms * 1_000);

/** The permits that an upstream account was given lately, kept in Redis for all replicas. */
@Injectable()
export class CallWindow {
  private readonly commands: Commands;

  constructor(redis: RedisConnection) {
    redis.client.defineCommand('takePermits', { numberOfKeys: 2, lua: permitScript(SERVER_TIME) });
    redis.client.defineCommand('usedPermits', { numberOfKeys: 2, lua: usedScript(SERVER_TIME) });
    this.commands = redis.client as unknown as Commands;
  }

  /**
   * Takes permits, or says when it is worth asking again. Without `lease` only what is free now.
   * `stretch` >= 1 lengthens all windows. Throws when Redis does not answer: then there is no permit.
   */
  async take(upstream: string, ask: WindowAsk, limits: Limits, stretch: number): Promise<WindowAnswer> {
    const { windows, guardMs, useWithinMs, lease = ASK_EACH_TIME } = limits;
    const askedAtMs = performance.now();
    const [waitMicros, ...given] = (
      await this.commands.takePermits(
        ...keysOf(upstream),
        ...[ask.permits, ask.times, ask.spareNow, ask.spareLater],
        ...[lease.horizonMs, lease.holdMs, guardMs, lease.apartMs * stretch].map(micros),
        ...windows.flatMap(({ calls, periodMs }) => [calls, micros(periodMs), micros(periodMs * stretch)]),
      )
    ).map(Number);
    redisCalls.inc({ upstream });
    if (given.length === 0) return { granted: false, retryAfterMs: Math.ceil(waitMicros! / 1_000) };
    const answeredAtMs = performance.now();
    // Redis' moment lies between question and answer: begin no earlier than the latest, end with the earliest.
    const permits: HeldPermit[] = [];
    for (let index = 0; index < given.length; index += 2) {
      const afterMs = given[index]! / 1_000;
      const keptMs = given[index + 1]! / 1_000;
      permits.push({ fromMs: answeredAtMs + afterMs, untilMs: askedAtMs + afterMs + keptMs + useWithinMs });
    }
    return { granted: true, askedAtMs, permits };
  }

  /** What each window holds now; null when Redis' memory is not complete, which counts as full. */
  async used(upstream: string, { windows }: Limits): Promise<(number | null)[]> {
    const args = windows.flatMap(({ calls, periodMs }) => [calls, micros(periodMs)]);
    return this.commands.usedPermits(...keysOf(upstream), ...args);
  }
}

/** One hash tag: in a Redis cluster both keys of an upstream live on one node. */
const keysOf = (upstream: string): [string, string] => [
  `quota:{${upstream}}:permits`,
  `quota:{${upstream}}:stamp`,
];

/**
 * Spare permits of one lease: enough that twenty permits cost one question even where some of them run out unused,
 * never a large part of a window.
 */
export const spareOf = ({ windows }: Limits): number =>
  Math.max(1, Math.min(40, Math.floor(mostAtOnce(windows) / 4)));
