import { Injectable } from '@nestjs/common';
import { newId, Refusal, type ResponseOf, type TestChannel } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import { PaceStore } from '../delivery/pace.store.ts';
import { ChannelStore, type StoredChannel } from './channel.store.ts';
import { Sender } from './sender.ts';

const TEST_DEADLINE_MS = 15_000;

/** Sends a test message at once, and switches a failing channel on again when it arrives. */
@Injectable()
export class ChannelTester {
  constructor(
    private readonly sender: Sender,
    private readonly channels: ChannelStore,
    private readonly pace: PaceStore,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async test(channel: StoredChannel): Promise<ResponseOf<typeof TestChannel>> {
    if (channel.type === 'inbox') return { delivered: true, detail: 'the inbox takes everything' };
    if (channel.type === 'telegram' && channel.chatId === null) {
      const detail =
        channel.state === 'waiting-for-link'
          ? 'no chat is linked yet: open the link of the channel, or send its code to the bot as /start CODE'
          : 'the chat was unlinked with /stop: delete this channel and make a new one';
      return { delivered: false, detail };
    }
    await this.takeTurn(channel);
    const outcome = await this.sender.sendTest(channel, newId(), AbortSignal.timeout(TEST_DEADLINE_MS));
    if (outcome.kind !== 'delivered') return { delivered: false, detail: outcome.reason };
    if (channel.state === 'failing') {
      await this.database.transaction([channel.accountId], (tx) =>
        this.channels.setState(tx, channel.accountId, channel.id, 'ready'),
      );
    }
    return { delivered: true, detail: 'the test message was delivered' };
  }

  /** A test keeps the same pace as alerts do. */
  private async takeTurn(channel: StoredChannel): Promise<void> {
    const now = this.clock.now();
    const freeAt = await this.database.transaction([], (tx) =>
      this.pace.takeOne(tx, channel.type === 'telegram' ? 'telegram' : 'webhook', channel.id, now),
    );
    if (freeAt === undefined) return;
    throw new Refusal(
      'too-many',
      'this channel got a message just now, or asked to be left alone; try again',
      {
        retryAfterMs: freeAt.getTime() - now.getTime(),
      },
    );
  }
}
