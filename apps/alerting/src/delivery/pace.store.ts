import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import { freeAfter, type Pace, placesNow } from './pace.ts';

/** The SQL of paces: kept in Postgres, so that all processes together keep them, also across a restart. */
@Injectable()
export class PaceStore {
  /** How many messages may be sent now. The row of the whole stays locked until commit: one claim at a time. */
  async places(tx: Tx, pace: Pace, now: Date): Promise<{ places: number; freeAt: Date }> {
    if (!pace.whole) return { places: Number.POSITIVE_INFINITY, freeAt: now };
    const rows = await tx.query<{ freeAt: Date }>(
      'select free_at as "freeAt" from pace where paced_id = $1 for update',
      [pace.whole.id],
    );
    const { freeAt } = rows[0]!;
    return { places: placesNow(pace, freeAt, now), freeAt };
  }

  /** Counts messages that are sent now. */
  async count(tx: Tx, pace: Pace, channelIds: readonly string[], freeAt: Date, now: Date): Promise<void> {
    if (pace.channelEveryMs > 0) {
      await this.pause(tx, channelIds, new Date(now.getTime() + pace.channelEveryMs));
    }
    if (pace.whole) await this.pause(tx, [pace.whole.id], freeAfter(pace, freeAt, now, channelIds.length));
  }

  /** Leaves channels (or a whole) alone until then, or longer if they asked for longer. */
  async pause(tx: Tx, ids: readonly string[], until: Date): Promise<void> {
    await this.pauseEach(tx, new Map(ids.map((id) => [id, until])));
  }

  /** Leaves each alone until a time of its own: in one statement, so that rows are locked in one order everywhere. */
  async pauseEach(tx: Tx, untilOf: ReadonlyMap<string, Date>): Promise<void> {
    if (untilOf.size === 0) return;
    await tx.query(
      `insert into pace (paced_id, free_at)
       select id, free_at from unnest($1::uuid[], $2::timestamptz[]) as n(id, free_at) order by id
       on conflict (paced_id) do update set free_at = greatest(pace.free_at, excluded.free_at)`,
      [[...untilOf.keys()], [...untilOf.values()]],
    );
  }

  /** A place for one message outside of the queue; answers when there will be one if there is none now. */
  async takeOne(tx: Tx, pace: Pace, channelId: string, now: Date): Promise<Date | undefined> {
    const { places, freeAt } = await this.places(tx, pace, now);
    if (places < 1) return freeAt;
    const rows = await tx.query<{ freeAt: Date }>(
      'select free_at as "freeAt" from pace where paced_id = $1 and free_at > $2',
      [channelId, now],
    );
    if (rows[0]) return rows[0].freeAt;
    await this.count(tx, pace, [channelId], freeAt, now);
    return undefined;
  }
}
