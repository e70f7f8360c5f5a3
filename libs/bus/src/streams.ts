import { DiscardPolicy, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import { partitionsNote, type ServiceName, streamOf } from '@souk/contracts';
import type { BaseConfig, Database, Tx } from '@souk/service';
import type { Confirmation } from './confirmed-publish.ts';

const ROOM_KNOWN_FOR_MS = 1_000;

/** Where streams come from, for whoever reads why a service waits. */
const WHO_MAKES_IT = 'the provisioner makes it: npm start runs one, with Docker it is the container `broker`';

/** A service's own stream: whether it can be used, how much fits, and whether the broker has lost something of it. */
export class OwnStream {
  readonly name: string;
  private roomBytes = 0;
  private roomKnownUntilMs = 0;
  /** The highest place that the stream has confirmed to us. */
  private confirmedUpTo = 0;
  /** Set when it confirmed a new message at a place where it had confirmed another one before. */
  private goneBack: string | undefined;

  constructor(
    service: ServiceName,
    private readonly config: BaseConfig,
    private readonly jsm: JetStreamManager,
    private readonly database: Database,
  ) {
    this.name = streamOf(service);
  }

  /** Why the stream cannot be used, and what to do; undefined when it can. */
  async problem(): Promise<string | undefined> {
    const info = await this.info();
    if (!info) return `the broker has no stream ${this.name}: ${WHO_MAKES_IT}`;
    const { config } = info;
    const wanted = partitionsNote(this.config.SOUK_PARTITIONS);
    if (config.description !== wanted)
      return `stream ${this.name} was made with ${config.description ?? 'no partitions'} and this service runs with ${wanted}: set SOUK_PARTITIONS back`;
    if (config.discard !== DiscardPolicy.New || config.max_bytes < this.config.SOUK_STREAM_MAX_BYTES)
      return `stream ${this.name} may hold ${config.max_bytes} bytes, SOUK_STREAM_MAX_BYTES says more: give the provisioner the same`;
    return undefined;
  }

  /** In which way the stream has gone backwards since it was last looked at: wiped, recreated, restored, set back. */
  async lostSomething(): Promise<string | undefined> {
    const [known] = await this.database.read([], (tx) =>
      tx.query<{ created_at: string; last_sequence: number }>(
        'select created_at, last_sequence from bus_stream where stream = $1',
        [this.name],
      ),
    );
    if (!known) return undefined;
    // The mark first, then the stream: the other way round, what is published meanwhile would look lost.
    const mark = Math.max(known.last_sequence, this.confirmedUpTo);
    const info = await this.info();
    if (!info) return undefined;
    if (info.created !== known.created_at) return `it was made anew at ${info.created}`;
    if (info.state.last_seq < mark) return `it ends at ${info.state.last_seq}, ${mark} was confirmed`;
    return this.goneBack;
  }

  /** Writes down how far the stream is filled; the mark only grows, unless the stream is known to have lost something. */
  async remember(hasLost: boolean): Promise<void> {
    if (hasLost) {
      this.confirmedUpTo = 0;
      this.goneBack = undefined;
    }
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

  /** The stream has confirmed an event at this place; one that it knew already has its old place. */
  confirmed({ sequence, isDuplicate }: Confirmation): void {
    if (sequence > this.confirmedUpTo) this.confirmedUpTo = sequence;
    else if (!isDuplicate)
      this.goneBack = `it confirmed ${sequence} as new, ${this.confirmedUpTo} was confirmed before`;
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
   * (The provisioner relieves a stream of what every subscriber has handled from half of the limit on.)
   */
  async room(): Promise<number> {
    if (Date.now() >= this.roomKnownUntilMs || this.roomBytes <= 0) {
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
