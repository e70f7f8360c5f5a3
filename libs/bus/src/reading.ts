import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';

const FETCHED_AHEAD = 100;
/** What the broker says of a consumer that is not there any more: somebody made it anew, or everything is gone. */
const GONE: readonly string[] = ['consumer_deleted', 'consumer_not_found', 'stream_not_found'];

/** A message with the reading it came from. */
export interface Raw {
  reading: Reading;
  msg: JsMsg;
}

/** The reading of one partition, from when it is ours until it is dropped; what comes afterwards is not ours. */
export class Reading {
  private pull: ConsumerMessages | undefined;
  private isClosed = false;

  constructor(
    readonly partition: number,
    readonly epoch: number,
  ) {}

  /** Begins to read; `gone` is called when the consumer vanishes under it. */
  async open(consumer: Consumer, received: (raw: Raw) => void, gone: () => void): Promise<void> {
    this.pull = await consumer.consume({
      max_messages: FETCHED_AHEAD,
      callback: (msg) => {
        if (!this.isClosed) received({ reading: this, msg });
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
