import { streamOf, type ServiceName, durableOf, RELATIONS, SERVICE_NAMES } from '@souk/contracts';
import type { BaseConfig, Database, Tx } from '@souk/service';
import { Logger } from '@nestjs/common';
import {
  DiscardPolicy,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { isDeepStrictEqual } from 'node:util';

const HOUR_MS = 3_600_000;
const DUPLICATE_WINDOW_MS = 10 * 60_000;
/** Share of its size limit at which a stream is relieved of what every subscriber has handled. */
const PURGE_AT = 0.5;
/** The broker's own limit lies this far above ours, see `room`. */
const HEADROOM_BYTES = 64 * 1024 ** 2;
const ROOM_KNOWN_FOR_MS = 1_000;

/** A service's own stream: its limits, its relief, and whether the broker has lost something of it. */
export class OwnStream {
  readonly name: string;
  private readonly logger = new Logger('stream');
  private roomBytes = 0;
  private roomKnownUntilMs = 0;
  /** The highest place that the stream has confirmed to us. */
  private confirmedUpTo = 0;

  constructor(
    private readonly service: ServiceName,
    private readonly config: BaseConfig,
    private readonly jsm: JetStreamManager,
    private readonly database: Database,
  ) {
    this.name = streamOf(service);
  }

  /**
   * Creates or updates the stream. Discard `new`: a full stream refuses, and what was refused waits in the
   * outbox; it never drops what nobody has read yet.
   */
  async ensure(): Promise<void> {
    const settings = {
      subjects: [`${this.service}.>`],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      max_age: nanos(this.config.SOUK_STREAM_MAX_AGE_HOURS * HOUR_MS),
      max_bytes: this.config.SOUK_STREAM_MAX_BYTES + HEADROOM_BYTES,
      duplicate_window: nanos(Math.min(DUPLICATE_WINDOW_MS, this.config.SOUK_STREAM_MAX_AGE_HOURS * HOUR_MS)),
      num_replicas: this.config.SOUK_STREAM_REPLICAS,
      description: `partitions=${this.config.SOUK_PARTITIONS}`,
    };
    const existing = await this.info();
    if (!existing) {
      await this.jsm.streams.add({ name: this.name, ...settings });
      return;
    }
    const { description } = existing.config;
    if (existing.config.discard !== DiscardPolicy.New || existing.config.max_bytes <= 0) {
      // nats-server takes the new setting, but its store goes on dropping the oldest (seen on 2.9.10).
      throw new Error(
        `stream ${this.name} was made without our limits: delete it, the outbox fills it again`,
      );
    }
    if (description !== settings.description) {
      throw new Error(
        `stream ${this.name} was made with ${description ?? 'no partitions'}, SOUK_PARTITIONS says ${settings.description}: set it back, order cannot be kept across a change`,
      );
    }
    // Only when needed: after an update nats-server 2.9 forgets, at its next start, when the stream was created.
    const isSame = Object.entries(settings).every(([name, value]) =>
      isDeepStrictEqual(existing.config[name as keyof StreamConfig], value),
    );
    if (!isSame) await this.jsm.streams.update(this.name, settings);
  }

  /** Whether the stream has gone backwards since it was last looked at: wiped, recreated or restored from a backup. */
  async lostSomething(): Promise<boolean> {
    const info = await this.info();
    const [known] = await this.database.read([], (tx) =>
      tx.query<{ created_at: string; last_sequence: number }>(
        'select created_at, last_sequence from bus_stream where stream = $1',
        [this.name],
      ),
    );
    if (!known) return false;
    const mark = Math.max(known.last_sequence, this.confirmedUpTo);
    return !info || info.created !== known.created_at || info.state.last_seq < mark;
  }

  /** Writes down how far the stream is filled; the mark only grows, unless the stream is known to have lost something. */
  async remember(hasLost: boolean): Promise<void> {
    if (hasLost) this.confirmedUpTo = 0;
    const info = await this.info();
    if (!info) return;
    await this.database.transaction([], (tx) =>
      tx.query(
        `insert into bus_stream as known (stream, created_at, last_sequence) values ($1, $2, $3)
         on conflict (stream) do update set created_at = excluded.created_at,
           last_sequence = case when $4 then excluded.last_sequence
             else greatest(known.last_sequence, excluded.last_sequence) end`,
        [this.name, info.created, info.state.last_seq, hasLost],
      ),
    );
  }

  /** The stream has confirmed an event at this place. */
  confirmed(sequence: number): void {
    if (sequence > this.confirmedUpTo) this.confirmedUpTo = sequence;
  }

  /**
   * Writes down how far the stream has confirmed, in the transaction that moves the cursors: a broker that was set
   * back by a second only has lost what no cursor will come back to.
   */
  async noteConfirmed(tx: Tx): Promise<void> {
    await tx.query('update bus_stream set last_sequence = $2 where stream = $1 and last_sequence < $2', [
      this.name,
      this.confirmedUpTo,
    ]);
  }

  /**
   * Bytes that may still be published before the stream is at its limit. We keep the limit ourselves: close to
   * its own, nats-server 2.9 confirms a message whose record does not quite fit and drops the oldest one for it.
   */
  async room(): Promise<number> {
    if (Date.now() >= this.roomKnownUntilMs || this.roomBytes <= 0) {
      await this.relieve();
      const info = await this.info();
      this.roomBytes = this.config.SOUK_STREAM_MAX_BYTES - (info?.state.bytes ?? 0);
      this.roomKnownUntilMs = Date.now() + ROOM_KNOWN_FOR_MS;
    }
    return this.roomBytes;
  }

  /** That much of the room was used. */
  take(bytes: number): void {
    this.roomBytes -= bytes;
  }

  /** Drops what every subscriber has handled once the stream is half full; the outbox still has it. */
  async relieve(): Promise<void> {
    const info = await this.info();
    if (!info || info.state.bytes < this.config.SOUK_STREAM_MAX_BYTES * PURGE_AT) return;
    const floor = await this.handledUpTo(info.state.last_seq);
    if (floor < info.state.first_seq) return;
    const { purged } = await this.jsm.streams.purge(this.name, { seq: floor + 1 });
    this.logger.log({ stream: this.name, purged, upTo: floor }, 'dropped what every subscriber has handled');
  }

  private async handledUpTo(lastSequence: number): Promise<number> {
    const expected = SERVICE_NAMES.flatMap((subscriber) =>
      RELATIONS[subscriber].subscribes
        .filter((contract) => contract.stream === this.name)
        .flatMap((contract) =>
          Array.from({ length: this.config.SOUK_PARTITIONS }, (_, partition) =>
            durableOf(subscriber, contract, partition),
          ),
        ),
    );
    const floors = new Map<string, number>();
    for await (const consumer of this.jsm.consumers.list(this.name)) {
      const idle = consumer.num_pending === 0 && consumer.num_ack_pending === 0;
      floors.set(consumer.name, idle ? lastSequence : consumer.ack_floor.stream_seq);
    }
    // A subscriber that has not started yet has handled nothing.
    return Math.min(lastSequence, ...expected.map((durable) => floors.get(durable) ?? 0));
  }

  private async info(): Promise<StreamInfo | undefined> {
    try {
      return await this.jsm.streams.info(this.name);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

/** JetStream's answers for a stream or consumer that does not exist. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof Error && /not found/i.test(error.message);
