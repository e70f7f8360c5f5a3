import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Message } from './incoming.ts';

const FETCHED_AHEAD = 100;
/** A consumer that has nothing to deliver says so this often; two of these without a word, and nobody answers us. */
const HEARTBEAT_MS = 5_000;
/**
 * What is heard when nobody delivers to us any more: the consumer was made anew or is gone, or another server leads it
 * now, which does not know what was asked of the last one.
 */
const GONE: readonly string[] = [
  'consumer_deleted',
  'consumer_not_found',
  'stream_not_found',
  'heartbeats_missed',
];

/** A message with the reading it came from. */
export interface Raw {
  reading: Reading;
  msg: JsMsg;
  /** As it was read ahead of its turn. */
  readAhead?: Message | undefined;
}

/** The reading of one partition, from when it is ours until it is dropped; what comes afterwards is not ours. */
export class Reading {
  private pull: ConsumerMessages | undefined;
  private isClosed = false;
  private delivered = 0;

  constructor(
    readonly partition: number,
    readonly epoch: number,
  ) {}

  /**
   * Begins to read; `gone` is called when the consumer vanishes under it, and when a delivery was lost on its way, as
   * those of a leader that dies are. What follows a lost one must not be acknowledged: that would acknowledge the lost
   * one with it.
   */
  async open(consumer: Consumer, received: (raw: Raw) => void, gone: () => void): Promise<void> {
    this.delivered = (await consumer.info(true)).delivered.consumer_seq;
    this.pull = await consumer.consume({
      max_messages: FETCHED_AHEAD,
      idle_heartbeat: HEARTBEAT_MS,
      callback: (msg) => {
        if (this.isClosed) return;
        if (msg.info.deliverySequence !== this.delivered + 1) {
          this.isClosed = true;
          return gone();
        }
        this.delivered += 1;
        received({ reading: this, msg });
      },
    });
    if (this.isClosed) await this.pull.close();
    else void this.watch(this.pull, gone);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.pull?.close();
  }

  private async watch(pull: ConsumerMessages, gone: () => void): Promise<void> {
    for await (const { type } of pull.status()) {
      if (GONE.includes(type) && !this.isClosed) return gone();
    }
  }
}
