import { Logger } from '@nestjs/common';
import { ID_LENGTH } from '@souk/bus';
import { Redis } from 'ioredis';
import { agesOf } from './ages.ts';
import type { LookedUp } from './looked-up.ts';

const COMMAND_TIMEOUT_MS = 250;
const CONNECT_TIMEOUT_MS = 2_000;
const SILENCE_MS = 3_000;
const MAX_RECONNECT_PAUSE_MS = 1_000;
const LARGEST_ENTRY_CHARACTERS = 64 * 1024;
const ROOM_ASKED_EVERY_MS = 10_000;
/** A command costs several times what hearing of the products in one event does. */
const FORGET_WITHIN_MS = 10;
const FORGOTTEN_AT_ONCE = 1_000;
/** For the figures: at most so many keys are counted, and so many of them looked into. */
const KEYS_COUNTED = 20_000;
const KEYS_SAMPLED = 50;

/** Takes out what is kept of products whose ids stand one behind the other in the second argument. */
const FORGET = `
local keys = {}
for at = 1, #ARGV[2], ${ID_LENGTH} do keys[#keys + 1] = ARGV[1] .. string.sub(ARGV[2], at, at + ${ID_LENGTH - 1}) end
return redis.call('unlink', unpack(keys))`;

const PREFIX = 'souk:lookup:';
const EPOCH = 'souk:lookups:epoch';

/** As stored: what was found, and in which epoch. */
interface Stored extends LookedUp<unknown> {
  epoch: string;
}

interface Found<Value> {
  epoch: string;
  entry: LookedUp<Value> | undefined;
}

export interface RedisState {
  isUsable: boolean;
  entries: number;
  /** Of all entries, estimated by those looked into. */
  bytes: number;
  medianAgeSeconds: number | null;
  oldestSeconds: number | null;
}

/**
 * Answers shared by all gateways. Every gateway takes out what it hears of, over the same connection that it reads
 * by: it never reads what it has heard to be outdated. What a gateway may have missed (before its start, while the
 * broker or Redis was away) is dropped for all by another epoch. Redis being away costs its hits, never an answer.
 */
export class RedisTier {
  private readonly client: Redis & { forgetLookups(prefix: string, ids: Buffer): Promise<unknown> };
  private readonly logger = new Logger('lookups');
  private isUsable = false;
  private hasRoom = true;
  private roomAskedAtMs = 0;
  private lastError = '';
  /** Ids of what was heard and is not taken out yet. */
  private heard: Buffer[] = [];
  private heardBytes = 0;
  private forgetTimer: NodeJS.Timeout | undefined;

  constructor(
    url: string,
    private readonly limits: { lifetimeMs: number; maxBytes: number },
    private readonly nowMs: () => number,
  ) {
    const client = new Redis(url, {
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_MS,
      retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 10), MAX_RECONNECT_PAUSE_MS),
    });
    client.defineCommand('forgetLookups', { numberOfKeys: 0, lua: FORGET });
    this.client = client as typeof this.client;
    this.client.on('ready', () => this.dropAll());
    this.client.on('close', () => (this.isUsable = false));
    this.client.on('error', (error: Error) => this.log(error));
  }

  /** What is there and may be told, with the epoch to keep an answer in; undefined while Redis is away. */
  async find<Value>(kind: string, accountId: string, productId: string): Promise<Found<Value> | undefined> {
    if (!this.isUsable) return undefined;
    this.forgetHeard();
    try {
      const [epoch, fields] = await Promise.all([
        this.client.get(EPOCH),
        this.client.hmget(PREFIX + productId, `${kind} *`, `${kind} ${accountId}`),
      ]);
      if (epoch === null) return undefined;
      const text = fields.find((field) => field !== null);
      if (!text) return { epoch, entry: undefined };
      const { epoch: storedIn, ...entry } = JSON.parse(text) as Stored;
      const isGood = storedIn === epoch && entry.expiresAtMs > this.nowMs();
      return { epoch, entry: isGood ? (entry as LookedUp<Value>) : undefined };
    } catch (error) {
      this.log(error as Error);
      return undefined;
    }
  }

  /** Keeps it for all gateways, unless it has become outdated meanwhile; nobody waits for that. */
  async keep(
    kind: string,
    productId: string,
    { value, accountId, askedAtMs, expiresAtMs }: LookedUp<unknown>,
    { epoch, isOutdated }: { epoch: string; isOutdated: () => boolean },
  ): Promise<void> {
    const endsAtMs = Math.min(expiresAtMs, askedAtMs + this.limits.lifetimeMs);
    const text = JSON.stringify({
      value,
      accountId,
      askedAtMs,
      expiresAtMs: endsAtMs,
      epoch,
    } satisfies Stored);
    if (text.length > LARGEST_ENTRY_CHARACTERS || !(await this.roomLeft())) return;
    // From here to the command nothing waits: what is heard from now on is taken out after it was put in.
    if (isOutdated() || !this.isUsable) return;
    const key = PREFIX + productId;
    await this.client
      .multi()
      .hset(key, `${kind} ${accountId ?? '*'}`, text)
      .pexpire(key, this.limits.lifetimeMs)
      .exec()
      .catch((error: unknown) => this.log(error as Error));
  }

  /**
   * `ids` as `productsIn` answers them: sent as they are, for a key of each would cost more than hearing them. Those of
   * several events leave together, soon, and before anything is read.
   */
  forget(ids: Buffer): void {
    if (!this.isUsable || ids.length === 0) return;
    this.heard.push(ids);
    this.heardBytes += ids.length;
    if (this.heardBytes >= FORGOTTEN_AT_ONCE * ID_LENGTH) this.forgetHeard();
    else this.forgetTimer ??= setTimeout(() => this.forgetHeard(), FORGET_WITHIN_MS);
  }

  /** Nothing kept until now is told any more, by any gateway; until that is certain nothing is read. */
  dropAll(): void {
    this.isUsable = false;
    this.client.incr(EPOCH).then(
      () => {
        this.isUsable = this.client.status === 'ready';
        this.lastError = '';
      },
      (error: Error) => {
        this.log(error);
        // A command that timed out on a living connection: another connection begins anew.
        if (this.client.status === 'ready') this.client.disconnect(true);
      },
    );
  }

  async state(): Promise<RedisState> {
    const nothing = { isUsable: this.isUsable, entries: 0, bytes: 0, ...agesOf([]) };
    if (!this.isUsable) return nothing;
    try {
      const keys = await this.someKeys();
      const texts = await Promise.all(keys.slice(0, KEYS_SAMPLED).map((key) => this.client.hvals(key)));
      const sample = texts.flat();
      const characters = sample.reduce((sum, text) => sum + text.length, 0);
      const ages = sample.map((text) => this.nowMs() - (JSON.parse(text) as Stored).askedAtMs);
      const bytes = sample.length === 0 ? 0 : Math.round((characters / sample.length) * keys.length);
      return { ...nothing, entries: keys.length, bytes, ...agesOf(ages) };
    } catch (error) {
      this.log(error as Error);
      return nothing;
    }
  }

  close(): void {
    clearTimeout(this.forgetTimer);
    this.client.disconnect();
  }

  private forgetHeard(): void {
    clearTimeout(this.forgetTimer);
    this.forgetTimer = undefined;
    const ids = Buffer.concat(this.heard.splice(0));
    this.heardBytes = 0;
    // While Redis is away another epoch is due anyway.
    if (ids.length > 0 && this.isUsable) this.client.forgetLookups(PREFIX, ids).catch(() => this.dropAll());
  }

  private async someKeys(): Promise<string[]> {
    const keys = new Set<string>();
    for (let cursor = '0'; keys.size < KEYS_COUNTED;) {
      const [next, page] = await this.client.scan(cursor, 'MATCH', `${PREFIX}*`, 'COUNT', 1_000);
      for (const key of page) keys.add(key);
      cursor = next;
      if (cursor === '0') break;
    }
    return [...keys];
  }

  /** Redis has other work too: what is kept here stops growing when all of it takes more than its share. */
  private async roomLeft(): Promise<boolean> {
    if (this.nowMs() - this.roomAskedAtMs < ROOM_ASKED_EVERY_MS) return this.hasRoom;
    this.roomAskedAtMs = this.nowMs();
    const memory = await this.client.info('memory').catch(() => '');
    this.hasRoom = Number(/used_memory:(\d+)/.exec(memory)?.[1] ?? Infinity) < this.limits.maxBytes;
    return this.hasRoom;
  }

  /** Once per kind of failure. */
  private log({ message }: Error): void {
    if (message === this.lastError) return;
    this.lastError = message;
    this.logger.warn({ error: message }, 'redis is away: look-ups go without it');
  }
}
