import { Controller } from '@nestjs/common';
import { Answer } from '@souk/bus';
import { ChangePreference, GetPreference, type Preference } from '@souk/contracts';
import { Database, type Tx } from '@souk/service';
import type { z } from 'zod';
import { ChannelStore } from '../channels/channel.store.ts';
import { unknownChannel } from '../channels/channels.handlers.ts';
import { invalid } from '../invalid.ts';
import { PreferenceStore } from './preference.store.ts';
import { problemOf } from './preference.ts';

type ByChannel = z.output<typeof GetPreference.request>;

/** Shows and changes how a channel wants to be spoken to, for people without a chat to say it in. */
@Controller()
export class PreferenceHandlers {
  constructor(
    private readonly database: Database,
    private readonly channels: ChannelStore,
    private readonly preferences: PreferenceStore,
  ) {}

  @Answer(GetPreference)
  async get(request: ByChannel): Promise<{ preference: Preference }> {
    return this.database.read([request.accountId], async (tx) => {
      await this.checkRead(tx, request);
      return { preference: await this.preferences.get(tx, request.channelId) };
    });
  }

  @Answer(ChangePreference)
  async change({
    changes,
    ...request
  }: z.output<typeof ChangePreference.request>): Promise<{ preference: Preference }> {
    const { accountId, channelId } = request;
    return this.database.transaction([accountId], async (tx) => {
      await this.checkRead(tx, request);
      await this.preferences.begin(tx, accountId, channelId);
      const before = (await this.preferences.lockMany(tx, [channelId])).get(channelId)!;
      const preference: Preference = { ...before, ...changes };
      const problem = problemOf(preference);
      if (problem) throw invalid(problem);
      await this.preferences.save(tx, accountId, channelId, preference);
      return { preference };
    });
  }

  /** Programs get everything at once. */
  private async checkRead(tx: Tx, { accountId, channelId }: ByChannel): Promise<void> {
    const channel = await this.channels.get(tx, accountId, channelId);
    if (!channel) throw unknownChannel();
    if (channel.type === 'webhook' || channel.type === 'inbox')
      throw invalid({ field: 'id', problem: 'webhooks and inboxes get everything at once: nothing to set' });
  }
}
