import { Injectable } from '@nestjs/common';
import type { WatchHold } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { ChannelStore, type StoredChannel } from '../../channels/channel.store.ts';
import { PreferenceStore } from '../../preferences/preference.store.ts';
import { SpeakingStore } from '../../speaking/speaking.store.ts';
import { quietUntil } from '../../speaking/when.ts';
import { said, sentenceOf, worded } from '../../texts/said.ts';
import type { StoredWatch } from '../stored-watch.ts';

/** How long what was kept from a channel is worth telling. */
const WITHHELD_TOLD_MS = 7 * 86_400_000;
const HELD_TYPES = new Set(['telegram', 'slack', 'email']);

/** What keeps alerts of a watch from its channels, or keeps them waiting, once they are raised. */
@Injectable()
export class DeliveryHolds {
  constructor(
    private readonly channels: ChannelStore,
    private readonly preferences: PreferenceStore,
    private readonly speaking: SpeakingStore,
  ) {}

  /** Every reason there is at `now`; those of each channel are told with its name. */
  async of(tx: Tx, watch: StoredWatch, now: Date): Promise<WatchHold[]> {
    const { channels } = watch;
    if (channels.length === 0)
      return [{ kind: 'no-channel', ...worded(said('hold.no-channel')), until: null }];
    const known = await this.channels.getMany(
      tx,
      channels.filter((channel) => channel !== 'inbox'),
    );
    return [...statesOf(known), ...(await this.spokenTo(tx, watch, known, now))];
  }

  /** By how the channels want to be spoken to: quiet hours that go on, and what was kept from them last. */
  private async spokenTo(
    tx: Tx,
    { id }: StoredWatch,
    known: readonly StoredChannel[],
    now: Date,
  ): Promise<WatchHold[]> {
    const holds: WatchHold[] = [];
    const readByPeople = known.filter(({ type }) => HELD_TYPES.has(type));
    for (const channel of readByPeople) {
      const preference = await this.preferences.get(tx, channel.id);
      const until = quietUntil(preference, now);
      if (!until) continue;
      const text = said('hold.quiet-hours', { channel: nameOf(channel), until: preference.quietTo! });
      holds.push({ kind: 'quiet-hours', ...worded(text), until: until.toISOString() });
    }
    const ids = readByPeople.map((channel) => channel.id);
    const since = new Date(now.getTime() - WITHHELD_TOLD_MS);
    for (const { channelId, as, reason, at } of await this.speaking.withheldOf(tx, id, ids, since)) {
      const channel = readByPeople.find((one) => one.id === channelId)!;
      const values = { channel: nameOf(channel), at: { at: at.toISOString() } };
      holds.push({
        kind: as,
        // The reason that was noted has figures in it, in English.
        sentence: sentenceOf(said('hold.withheld', { ...values, reason })),
        said: said('hold.withheld', { ...values, reason: { text: said(`withheld.${as}`) } }),
        until: null,
      });
    }
    return holds;
  }
}

const nameOf = ({ name, type }: StoredChannel): string => name ?? type;

const statesOf = (known: readonly StoredChannel[]): WatchHold[] =>
  known.flatMap((channel) => {
    const { state } = channel;
    if (state === 'ready') return [];
    const text = said(`hold.${state}`, { channel: nameOf(channel) });
    return [{ kind: state, ...worded(text), until: null }];
  });
