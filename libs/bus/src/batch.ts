import type { DataOf, EventContract } from '@souk/contracts';
import type { Tx } from '@souk/service';
import type { Message } from './incoming.ts';

export interface PublishOptions {
  /** A UUID that chooses the partition; events with the same key keep their order. */
  key: string;
  /** Tenant whose fact it is; that of the cause unless given. */
  accountId?: string;
}

/** Messages that are handled together: one transaction, one commit, one acknowledgement. */
export interface Batch<E extends EventContract = EventContract> {
  /** In order per partition; what was handled before, or waits behind a failed message, is not among them. */
  messages: Message<E>[];
  /** The batch's transaction; its tenants are the accounts of the messages. */
  tx: Tx;
  /** Puts an event into the outbox, just before commit. */
  publish<P extends EventContract>(
    contract: P,
    data: DataOf<P>,
    options: PublishOptions & { causedBy: Message },
  ): void;
  /** W3C trace context of this message's handling: the parent of what is done for it later, outside of the batch. */
  traceparentOf(message: Message): string;
  /** Exports the trace of this message whatever the sampler said: it raises, fails or sets apart. */
  keepTrace(message: Message): void;
  /** Runs after a successful commit, e.g. to wake a worker or to fill a cache. */
  afterCommit(work: () => void): void;
}

/** A transaction outside of any batch: a command, a poll, what is left of a message. */
export interface Unit {
  tx: Tx;
  publish<P extends EventContract>(
    contract: P,
    data: DataOf<P>,
    options: PublishOptions & { accountId: string; causedBy?: Pick<Message, 'id' | 'correlationId'> },
  ): void;
  keepTrace(): void;
  afterCommit(work: () => void): void;
}

/** A failure of the batch's own ground, not of its messages: the partition went to another replica. */
export class Fenced extends Error {
  constructor() {
    super('another replica reads these partitions now');
    this.name = 'Fenced';
  }
}
