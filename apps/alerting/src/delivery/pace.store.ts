import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import { BOT_ID, type Lane, LANE_RULES, laneFreeAfter, lanePlaces } from './pace.ts';

/** The SQL of paces: kept in Postgres, so that all processes together keep them, also across a restart. */
@Injectable()
export class PaceStore {
  /** How many messages the lane may send now. Telegram's row stays locked until commit: one claim at a time. */
  async places(tx: Tx, lane: Lane, now: Date): Promise<{ places: number; freeAt: Date }> {
    if (lane === 'webhook') return { places: Number.POSITIVE_INFINITY, freeAt: now };
    const rows = await tx.query<{ freeAt: Date }>(
      'select free_at as "freeAt" from pace where paced_id = $1 for update',
      [BOT_ID],
    );
    const { freeAt } = rows[0]!;
    return { places: lanePlaces(lane, freeAt, now), freeAt };
  }

  /** Counts messages that are sent now. */
  async count(tx: Tx, lane: Lane, channelIds: readonly string[], freeAt: Date, now: Date): Promise<void> {
    const { channelEveryMs } = LANE_RULES[lane];
    if (channelEveryMs === 0) return;
    await this.pause(tx, channelIds, new Date(now.getTime() + channelEveryMs));
    await this.pause(tx, [BOT_ID], laneFreeAfter(lane, freeAt, now, channelIds.length));
  }

  /** Leaves channels (or the bot) alone until then, or longer if they asked for longer. */
  async pause(tx: Tx, ids: readonly string[], until: Date): Promise<void> {
    await tx.query(
      `insert into pace (paced_id, free_at) select id, $2 from unnest($1::uuid[]) as id order by id
       on conflict (paced_id) do update set free_at = greatest(pace.free_at, excluded.free_at)`,
      [ids, until],
    );
  }

  /** A place for one message outside of the queue; answers when there will be one if there is none now. */
  async takeOne(tx: Tx, lane: Lane, channelId: string, now: Date): Promise<Date | undefined> {
    const { places, freeAt } = await this.places(tx, lane, now);
    if (places < 1) return freeAt;
    const rows = await tx.query<{ freeAt: Date }>(
      'select free_at as "freeAt" from pace where paced_id = $1 and free_at > $2',
      [channelId, now],
    );
    if (rows[0]) return rows[0].freeAt;
    await this.count(tx, lane, [channelId], freeAt, now);
    return undefined;
  }
}
