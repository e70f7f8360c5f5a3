import { Injectable } from '@nestjs/common';
import { newId, Refusal, type ResponseOf, type TestChannel } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { Carrier } from '../delivery/carrier.ts';
import { Carriers } from '../delivery/carriers.ts';
import { PaceStore } from '../delivery/pace.store.ts';
import { ChannelStore, type StoredChannel } from './channel.store.ts';

const TEST_DEADLINE_MS = 15_000;

/** Sends a test message at once, and switches a failing channel on again when it arrives. */
@Injectable()
export class ChannelTester {
  constructor(
    private readonly carriers: Carriers,
    private readonly channels: ChannelStore,
    private readonly pace: PaceStore,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async test(channel: StoredChannel): Promise<ResponseOf<typeof TestChannel>> {
    if (channel.type === 'inbox') return { delivered: true, detail: 'the inbox takes everything' };
    const carrier = this.carriers.of(channel.type);
    const notReady = carrier.notReady(channel);
    if (notReady !== undefined) return { delivered: false, detail: notReady };
    await this.takeTurn(carrier, channel);
    const outcome = await carrier.sendTest(channel, newId(), AbortSignal.timeout(TEST_DEADLINE_MS));
    if (outcome.kind !== 'delivered') return { delivered: false, detail: outcome.reason };
    if (channel.state === 'failing') {
      await this.database.transaction([channel.accountId], (tx) =>
        this.channels.resume(tx, channel.accountId, channel.id),
      );
    }
    return { delivered: true, detail: 'the test message was delivered' };
  }

  /** A test keeps the same pace as alerts do. */
  private async takeTurn({ pace }: Carrier, channel: StoredChannel): Promise<void> {
    const now = this.clock.now();
    const freeAt = await this.database.transaction([], (tx) => this.pace.takeOne(tx, pace, channel.id, now));
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
