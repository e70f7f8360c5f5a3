import { ID_LENGTH, idAt } from '@souk/bus';
import type { Answered, Lookup, LookedUp } from './looked-up.ts';
import { mayRead } from './looked-up.ts';
import type { LookupCounts } from './lookup-counts.ts';
import type { MemoryTier } from './memory-tier.ts';
import type { RecentlyHeard } from './recently-heard.ts';
import type { RedisTier } from './redis-tier.ts';

/** A question under way; what is heard about its product meanwhile makes its answer one not to be kept. */
interface Flight<Value> {
  readonly accountId: string;
  readonly answer: Promise<Answered<Value> | null>;
  isOutdated: boolean;
}

export interface LookupParts<Value> {
  lookup: Lookup<Value>;
  memory: MemoryTier<Value>;
  /** Absent: not configured, or not for this kind. */
  redis: RedisTier | undefined;
  heard: RecentlyHeard;
  counts: LookupCounts;
  lifetimeMs: number;
  nowMs: () => number;
}

/**
 * Looks one kind of thing up: in memory, in Redis, then of the services in their order. One question at a time for
 * each product; whoever asks meanwhile gets the same answer, if it is theirs to see.
 */
export class Lookups<Value> {
  private readonly flights = new Map<string, Flight<Value>>();

  constructor(private readonly parts: LookupParts<Value>) {}

  /** What is in memory; a miss is counted by whoever goes on to look further. */
  known(accountId: string, productId: string): Answered<Value> | undefined {
    const known = this.parts.memory.find(accountId, productId);
    if (known) this.parts.counts.note('memory', true);
    return known;
  }

  /** At once when it is in memory; null when nobody knows it. Throws the Refusal of the service asked. */
  find(accountId: string, productId: string): Answered<Value> | Promise<Answered<Value> | null> {
    const known = this.known(accountId, productId);
    if (known) return known;
    this.parts.counts.note('memory', false);
    return this.join(accountId, productId);
  }

  /** Nothing is kept or under way anywhere: there is nothing to forget. */
  get isEmpty(): boolean {
    const { redis, memory } = this.parts;
    return redis === undefined && this.flights.size === 0 && memory.isEmpty;
  }

  /** A fact was heard about these products: nothing of them is told any more. `ids` one behind the other, see `idAt`. */
  forget(ids: Buffer): void {
    const { memory, heard, counts, redis } = this.parts;
    heard.note(ids);
    for (let at = 0; at < ids.length && !memory.isEmpty; at += ID_LENGTH) {
      if (memory.forget(idAt(ids, at))) counts.forgotten += 1;
    }
    redis?.forget(ids);
    if (this.flights.size === 0) return;
    for (const [name, flight] of this.flights) {
      if (ids.includes(name.slice(0, ID_LENGTH))) this.outdate(name, flight);
    }
  }

  /** Facts may have been missed. */
  forgetAll(): void {
    this.parts.memory.clear();
    this.parts.redis?.dropAll();
    for (const [name, flight] of this.flights) this.outdate(name, flight);
  }

  private outdate(name: string, flight: Flight<Value>): void {
    flight.isOutdated = true;
    this.flights.delete(name); // who asks from now on asks anew
  }

  /** Waits for a question that is under way, or begins one. */
  private async join(accountId: string, productId: string): Promise<Answered<Value> | null> {
    const first = this.flights.get(productId);
    if (!first) return this.start(productId, accountId, productId);
    if (first.accountId === accountId) return first.answer;
    // Somebody else asks: theirs will do if it is shared; otherwise this account has a question of its own.
    const theirs = await first.answer.catch(() => null);
    if (theirs && mayRead(theirs, accountId)) return theirs;
    const own = `${productId} ${accountId}`;
    return this.flights.get(own)?.answer ?? this.start(own, accountId, productId);
  }

  private start(name: string, accountId: string, productId: string): Promise<Answered<Value> | null> {
    const flight: Flight<Value> = {
      accountId,
      isOutdated: false,
      answer: Promise.resolve()
        .then(() => this.ask(flight, productId))
        .finally(() => {
          if (this.flights.get(name) === flight) this.flights.delete(name);
        }),
    };
    this.flights.set(name, flight);
    return flight.answer;
  }

  private async ask(flight: Flight<Value>, productId: string): Promise<Answered<Value> | null> {
    const { lookup, redis, heard, counts, memory } = this.parts;
    const found = await redis?.find<Value>(lookup.kind, flight.accountId, productId);
    // Another gateway may have put in what this one has heard to be outdated, and not heard it yet itself.
    const entry = heard.has(productId) ? undefined : found?.entry;
    if (redis) counts.note('redis', entry !== undefined);
    const fresh = entry ?? (await this.askServices(flight.accountId, productId));
    if (!fresh) return null;
    const answered = { ...fresh, text: lookup.textOf(fresh.value) };
    if (flight.isOutdated) return answered;
    memory.keep(productId, this.forMemory(answered));
    if (!entry && redis && found) {
      const isOutdated = (): boolean => flight.isOutdated || heard.has(productId);
      void redis.keep(lookup.kind, productId, fresh, { epoch: found.epoch, isOutdated });
    }
    return answered;
  }

  private async askServices(accountId: string, productId: string): Promise<LookedUp<Value> | null> {
    const { lookup, counts, nowMs } = this.parts;
    const askedAtMs = nowMs();
    for (const tier of lookup.tiers) {
      const value = await tier.ask(accountId, productId);
      counts.note(tier.name, value !== null);
      if (value === null) continue;
      const expiresAtMs = lookup.endsAtMs(value) ?? Number.MAX_SAFE_INTEGER;
      return { value, accountId: lookup.isShared(value) ? null : accountId, askedAtMs, expiresAtMs };
    }
    return null;
  }

  private forMemory(answered: Answered<Value>): Answered<Value> {
    const endsAtMs = this.parts.nowMs() + this.parts.lifetimeMs;
    return endsAtMs < answered.expiresAtMs ? { ...answered, expiresAtMs: endsAtMs } : answered;
  }
}
