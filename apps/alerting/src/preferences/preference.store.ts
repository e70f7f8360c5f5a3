import { Injectable } from '@nestjs/common';
import type { Preference } from '@souk/contracts';
import { Clock, type Tx } from '@souk/service';
import { DigestStore } from '../digests/digest.store.ts';
import { nextOccasion } from '../digests/schedule.ts';
import { DEFAULT_PREFERENCE } from './preference.ts';

const COLUMNS = `language, currency, time_zone as "timeZone", to_char(quiet_from, 'HH24:MI') as "quietFrom",
  to_char(quiet_to, 'HH24:MI') as "quietTo", digest, to_char(digest_at, 'HH24:MI') as "digestAt",
  alerts_per_day as "alertsPerDay", minimum_score as "minimumScore", muted_insights as "mutedInsights"`;

/** The SQL of how channels want to be spoken to. */
@Injectable()
export class PreferenceStore {
  constructor(
    private readonly digests: DigestStore,
    private readonly clock: Clock,
  ) {}

  /** That of a channel; what holds by itself when it never said any. */
  async get(tx: Tx, channelId: string): Promise<Preference> {
    const rows = await tx.query<Preference>(`select ${COLUMNS} from preference where channel_id = $1`, [
      channelId,
    ]);
    return rows[0] ?? DEFAULT_PREFERENCE;
  }

  /** Those of channels that ever said any. While limits of a day are counted nobody else may: the rows are locked. */
  async lockMany(tx: Tx, channelIds: readonly string[]): Promise<Map<string, Preference>> {
    const rows = await tx.query<Preference & { channelId: string }>(
      `select channel_id as "channelId", ${COLUMNS} from preference where channel_id = any ($1)
       order by channel_id for update`,
      [channelIds],
    );
    return new Map(rows.map(({ channelId, ...preference }) => [channelId, preference]));
  }

  /** The row of a channel from now on; one that is there stays as it is. */
  async begin(tx: Tx, accountId: string, channelId: string, language?: string): Promise<void> {
    await tx.query(
      `insert into preference (channel_id, account_id, language) values ($1, $2, $3)
       on conflict (channel_id) do nothing`,
      [channelId, accountId, language ?? DEFAULT_PREFERENCE.language],
    );
  }

  /** The channel is deleted. */
  async forget(tx: Tx, channelId: string): Promise<void> {
    await tx.query('delete from preference where channel_id = $1', [channelId]);
  }

  async save(tx: Tx, accountId: string, channelId: string, preference: Preference): Promise<void> {
    await tx.query(
      `insert into preference (channel_id, account_id, language, currency, time_zone, quiet_from, quiet_to, digest,
         digest_at, alerts_per_day, minimum_score, muted_insights)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       on conflict (channel_id) do update set language = excluded.language, currency = excluded.currency,
         time_zone = excluded.time_zone, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
         digest = excluded.digest, digest_at = excluded.digest_at, alerts_per_day = excluded.alerts_per_day,
         minimum_score = excluded.minimum_score, muted_insights = excluded.muted_insights`,
      [
        channelId,
        accountId,
        preference.language,
        preference.currency,
        preference.timeZone,
        preference.quietFrom,
        preference.quietTo,
        preference.digest,
        preference.digestAt,
        preference.alertsPerDay,
        preference.minimumScore,
        preference.mutedInsights,
      ],
    );
    const next = nextOccasion(preference, this.clock.now());
    await this.digests.schedule(tx, { accountId, channelId }, next?.at);
  }
}
