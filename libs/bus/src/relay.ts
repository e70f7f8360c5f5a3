import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { type Database, plainArray, WakeablePause } from '@souk/service';
import { publishConfirmed } from './confirmed-publish.ts';
import { FreshPayloads } from './fresh-payloads.ts';
import { tellHeadline } from './headlines.ts';
import type { Lease, LeaseHolder } from './leases.ts';
import type { Outgoing } from './outgoing.ts';
import type { OwnStream } from './streams.ts';

/** Of each partition; fewer while the broker does not confirm so many in time, or it would get all of them again. */
const ROWS_AT_ONCE = 500;
const ROWS_AT_LEAST = 25;
const IDLE_POLL_MS = 500;
const SAVE_CURSOR_EVERY_MS = 200;
const BACKLOG_COUNT_LIMIT = 100_000;
const ERROR_PAUSE_MS = 500;
/** What the stream stores beside the payload: subject, headers, its own framing. */
const RECORD_OVERHEAD_BYTES = 200;

/** How far a partition was published, and how often it had to begin anew. */
interface Cursor {
  position: number;
  resets: number;
}

type CursorRow = Cursor & { part: number };

interface Row {
  part: number;
  position: number;
  id: string;
  subject: string;
  payload: string;
}

/** Without the payload where it is known here. */
type FoundRow = Omit<Row, 'payload'> & { payload: string | null };

/**
 * Publishes the outbox to JetStream, partition by partition in commit order. The cursor moves only past what
 * the stream has confirmed; after a crash some events are published again under the same id, which the stream
 * and every inbox recognise.
 */
export class Relay implements LeaseHolder {
  readonly consumer = 'relay';
  private readonly logger = new Logger('relay');
  /** Of each held partition. A cursor that was reset is another object: what is in flight moves the old one. */
  private readonly cursors = new Map<number, Cursor>();
  private readonly dirty = new Set<number>();
  private savedAtMs = 0;
  private stream: OwnStream | undefined;
  private readonly pause = new WakeablePause();
  private readonly fresh = new FreshPayloads();
  private running: Promise<void> | undefined;
  private stopping = false;
  private backlogRows = 0;
  private backlogCountedAtMs = 0;
  private lastProblem: string | undefined;
  private heldBack: string | undefined;
  private rowsAtOnce = ROWS_AT_ONCE;

  constructor(
    private readonly database: Database,
    private readonly nats: NatsConnection,
    private readonly inboxPrefix: string,
  ) {}

  start(stream: OwnStream): void {
    this.stream = stream;
    this.running = this.run();
  }

  /** Something was committed to the outbox: these events, by this process, or whatever else. */
  notify(events: readonly Outgoing[] = []): void {
    this.fresh.keep(events.filter(({ partition }) => this.cursors.has(partition)));
    this.pause.wake();
  }

  /** Unpublished events, as last counted; 0 when the relay keeps up. */
  backlog(): number {
    return this.backlogRows;
  }

  /** Why nothing can be published right now, e.g. a full stream. */
  problem(): string | undefined {
    return this.lastProblem;
  }

  /** Publishes nothing until `release`: the stream is not fit for it. */
  holdBack(reason: string): void {
    this.heldBack = reason;
  }

  release(): void {
    this.heldBack = undefined;
    this.notify();
  }

  async hold(leases: Lease[]): Promise<void> {
    const held = new Set(leases.map((lease) => lease.partition));
    for (const partition of this.cursors.keys()) if (!held.has(partition)) this.cursors.delete(partition);
    const gained = [...held].filter((partition) => !this.cursors.has(partition));
    const rows = await this.database.transaction([], async (tx) => {
      if (gained.length > 0) {
        await tx.query('insert into bus_cursor (part) select unnest($1::int[]) on conflict do nothing', [
          gained,
        ]);
      }
      return tx.query<CursorRow>('select part, position, resets from bus_cursor where part = any ($1)', [
        [...held],
      ]);
    });
    this.adopt(rows);
  }

  /** Takes over cursors that are new to us, or that another replica has reset. */
  private adopt(rows: readonly CursorRow[]): void {
    const news = rows.filter(({ part, resets }) => this.cursors.get(part)?.resets !== resets);
    for (const { part, position, resets } of news) {
      this.cursors.set(part, { position, resets });
      this.dirty.delete(part);
    }
    if (news.length > 0) this.notify();
  }

  async giveUp(partition: number): Promise<void> {
    await this.saveCursors();
    this.cursors.delete(partition);
  }

  /**
   * Everything that the stream should still hold is published once more, by every replica: the broker has lost
   * events. What is older than the stream's age stays: no subscriber is sure to remember that it has handled it.
   */
  async republish(maxAgeHours: number): Promise<void> {
    const rows = await this.database.transaction([], (tx) =>
      tx.query<CursorRow>(
        `update bus_cursor c set resets = resets + 1, position = least(position, coalesce((
           select min(o.position) - 1 from bus_outbox o
           where o.part = c.part and o.created_at >= clock_timestamp() - make_interval(secs => $1)), position))
         returning part, position, resets`,
        [maxAgeHours * 3_600],
      ),
    );
    this.adopt(rows.filter(({ part }) => this.cursors.has(part)));
  }

  /** Publishes what is there, for at most `withinMs`, then stops. */
  async stop(withinMs: number): Promise<void> {
    const endAtMs = Date.now() + withinMs;
    this.stopping = true;
    this.notify();
    while (this.running && Date.now() < endAtMs) {
      const done = await Promise.race([
        this.running.then(() => true),
        new Promise<false>((resolve) => setTimeout(resolve, 50, false)),
      ]);
      if (done) break;
    }
    await this.saveCursors().catch(() => undefined);
  }

  private async run(): Promise<void> {
    for (;;) {
      this.pause.look();
      let published = 0;
      try {
        published = await this.publishSome();
        this.lastProblem = undefined;
        // Nothing waits for it: a cursor that is not saved costs a repetition after a crash.
        if (Date.now() - this.savedAtMs > SAVE_CURSOR_EVERY_MS)
          void this.saveCursors().catch(() => undefined);
      } catch (error) {
        this.lastProblem = error instanceof Error ? error.message : String(error);
        this.logger.warn({ problem: this.lastProblem }, 'events wait in the outbox');
        await this.countBacklog();
        if (this.stopping) return;
        await delay(ERROR_PAUSE_MS);
        continue;
      }
      if (published < this.rowsAtOnce) this.backlogRows = 0;
      else if (Date.now() - this.backlogCountedAtMs > 1_000) await this.countBacklog();
      if (published > 0 || this.pause.isWanted) continue;
      if (this.stopping) return;
      await this.saveCursors().catch(() => undefined);
      await this.pause.wait(IDLE_POLL_MS);
    }
  }

  private async publishSome(): Promise<number> {
    if (this.cursors.size === 0) return 0;
    const parts = [...this.cursors.keys()];
    const known = this.fresh.known();
    const found = await this.database.read([], (tx) =>
      tx.query<FoundRow>(
        `select o.part, o.position, o.id, o.subject,
           case when o.id = any ($4::uuid[]) then null else o.payload end as payload
         from unnest($1::int[], $2::bigint[]) as c(part, position)
         cross join lateral (
           select * from bus_outbox b where b.part = c.part and b.position > c.position
           order by b.position limit $3
         ) o order by o.position`,
        [
          parts,
          parts.map((partition) => this.cursors.get(partition)!.position),
          this.rowsAtOnce,
          plainArray([...known.keys()], (id) => id),
        ],
      ),
    );
    const rows = found.map((row): Row => ({ ...row, payload: row.payload ?? known.get(row.id)! }));
    if (rows.length === 0) {
      // All of it was committed before the outbox was asked, so it is published.
      for (const id of known.keys()) this.fresh.forget(id);
      return 0;
    }
    if (this.heldBack !== undefined) throw new Error(this.heldBack);
    const fitting = await this.fitting(rows);
    await this.publish(fitting);
    if (fitting.length < rows.length)
      throw new Error(`stream ${this.stream!.name} is full: a subscriber is behind`);
    return rows.length;
  }

  /** The first rows, as many as the stream has room for. */
  private async fitting(rows: Row[]): Promise<Row[]> {
    let room = await this.stream!.room();
    let count = 0;
    for (const row of rows) {
      const bytes = Buffer.byteLength(row.payload) + RECORD_OVERHEAD_BYTES;
      if (bytes > room) break;
      room -= bytes;
      this.stream!.take(bytes);
      count++;
    }
    return count === rows.length ? rows : rows.slice(0, count);
  }

  /** Sends all rows, then waits for the stream's confirmation of each; moves cursors up to the first that failed. */
  private async publish(rows: Row[]): Promise<void> {
    const cursors = new Map(this.cursors);
    for (const { subject, payload } of rows) tellHeadline(this.nats, subject, payload);
    const failures = await publishConfirmed(this.nats, this.inboxPrefix, rows, (confirmation) =>
      this.stream!.confirmed(confirmation),
    );
    const blocked = new Set<number>();
    for (const [place, row] of rows.entries()) {
      if (failures.has(place)) blocked.add(row.part);
      const cursor = this.cursors.get(row.part);
      if (!cursor || cursor !== cursors.get(row.part) || blocked.has(row.part)) continue;
      cursor.position = row.position;
      this.dirty.add(row.part);
      this.fresh.forget(row.id);
    }
    this.rowsAtOnce =
      failures.size > 0
        ? Math.max(ROWS_AT_LEAST, this.rowsAtOnce >> 1)
        : Math.min(ROWS_AT_ONCE, this.rowsAtOnce << 1);
    if (failures.size > 0)
      throw new Error(`${failures.size} events were not taken: ${failures.values().next().value}`);
  }

  private async saveCursors(): Promise<void> {
    this.savedAtMs = Date.now();
    const parts = [...this.dirty].filter((partition) => this.cursors.has(partition));
    this.dirty.clear();
    if (parts.length === 0) return;
    const cursors = parts.map((partition) => ({ ...this.cursors.get(partition)! }));
    try {
      await this.database.transaction([], async (tx) => {
        void tx.query('set local synchronous_commit = off');
        await tx.query(
          `update bus_cursor c set position = n.position
           from unnest($1::int[], $2::bigint[], $3::int[]) as n(part, position, resets)
           where c.part = n.part and c.resets = n.resets and c.position < n.position`,
          [parts, cursors.map(({ position }) => position), cursors.map(({ resets }) => resets)],
        );
        await this.stream!.noteConfirmed(tx);
      });
    } catch (error) {
      for (const partition of parts) this.dirty.add(partition);
      throw error;
    }
  }

  private async countBacklog(): Promise<void> {
    this.backlogCountedAtMs = Date.now();
    try {
      const [row] = await this.database.read([], (tx) =>
        tx.query<{ count: number }>(
          `select count(*) as count from (
             select 1 from bus_outbox o left join bus_cursor c using (part)
             where o.position > coalesce(c.position, 0) limit ${BACKLOG_COUNT_LIMIT}
           ) waiting`,
        ),
      );
      this.backlogRows = row?.count ?? 0;
    } catch {
      // Postgres is away; the number of a moment ago is the best there is.
    }
  }
}
