import { Injectable } from '@nestjs/common';
import type { WatchHold } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { ChannelStore } from '../../channels/channel.store.ts';
import type { StoredWatch } from '../stored-watch.ts';

/** What keeps alerts of a watch from its channels, or keeps them waiting, once they are raised. */
@Injectable()
export class DeliveryHolds {
  constructor(private readonly channels: ChannelStore) {}

  /** Every reason there is at `now`; those of each channel are told with its name. */
  async of(tx: Tx, { channels }: StoredWatch, _now: Date): Promise<WatchHold[]> {
    const named = channels.filter((channel) => channel !== 'inbox');
    if (channels.length === 0)
      return [{ kind: 'no-channel', sentence: 'the watch has no channel any more', until: null }];
    const known = await this.channels.getMany(tx, named);
    return known
      .filter(({ state }) => state !== 'ready')
      .map(({ type, name, state }) => ({
        kind: state,
        sentence:
          state === 'waiting-for-link'
            ? `the ${name ?? type} channel is not tied to a chat yet`
            : `the ${name ?? type} channel is failing: test it to try again`,
        until: null,
      }));
  }
}
