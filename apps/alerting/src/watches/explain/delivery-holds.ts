import { Injectable } from '@nestjs/common';
import type { WatchHold } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { ChannelStore, type StoredChannel } from '../../channels/channel.store.ts';
import { PreferenceStore } from '../../preferences/preference.store.ts';
import { SpeakingStore } from '../../speaking/speaking.store.ts';
import { quietUntil } from '../../speaking/when.ts';
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
      return [{ kind: 'no-channel', sentence: 'the watch has no channel any more', until: null }];
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
      const sentence = `quiet hours of the ${nameOf(channel)} channel until ${preference.quietTo}`;
      holds.push({ kind: 'quiet-hours', sentence, until: until.toISOString() });
    }
    const ids = readByPeople.map((channel) => channel.id);
    const since = new Date(now.getTime() - WITHHELD_TOLD_MS);
    for (const { channelId, as, reason, at } of await this.speaking.withheldOf(tx, id, ids, since)) {
      const channel = readByPeople.find((one) => one.id === channelId)!;
      const sentence = `an alert was kept from the ${nameOf(channel)} channel at ${at.toISOString()}: ${reason}`;
      holds.push({ kind: as, sentence, until: null });
    }
    return holds;
  }
}

const nameOf = ({ name, type }: StoredChannel): string => name ?? type;

const statesOf = (known: readonly StoredChannel[]): WatchHold[] =>
  known
    .filter(({ state }) => state !== 'ready')
    .map((channel) => ({
      kind: channel.state,
      sentence:
        channel.state === 'waiting-for-link'
          ? `the ${nameOf(channel)} channel is not tied to a chat yet`
          : `the ${nameOf(channel)} channel is failing: test it to try again`,
      until: null,
    }));
