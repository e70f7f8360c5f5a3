import type { Alert, ChannelType, CreateChannel, ResponseOf } from '@souk/contracts';
import type { Tx } from '@souk/service';
import type { z } from 'zod';
import type { StoredChannel } from '../channels/channel.store.ts';
import type { Money, Reply } from '../conversation/reply.ts';
import type { Outcome } from './outcome.ts';
import type { Pace } from './pace.ts';

/** Kinds of channels that something is carried to; the inbox is read where alerts are kept. */
export type Lane = Exclude<ChannelType, 'inbox'>;

export type WantedChannel = z.output<typeof CreateChannel.request>;

/** What is told of a channel when it is made, and only then. */
export type Introduction = Omit<ResponseOf<typeof CreateChannel>, 'channel'>;

export interface AttemptOptions {
  /** The idempotency key: the same for every attempt. */
  deliveryId: string;
  /** An earlier attempt may have arrived. */
  possibleRepeat: boolean;
  /** Of an alert that waited, where it was looked at again. */
  priceNow?: Money;
  /** Not before then: its place in the pace of all channels of the kind. */
  leavesAt: Date;
  signal: AbortSignal;
}

/** One kind of channel: how it is made, how fast it may be used, and how something is brought there. */
export interface Carrier {
  readonly type: Lane;
  readonly pace: Pace;
  /** Receivers tell a repeat by its id, so an attempt without an outcome is repeated like one that failed. */
  readonly repeatsAreHarmless: boolean;

  /** What the new channel holds; refuses what can never work. */
  make(wanted: WantedChannel): Promise<Pick<StoredChannel, 'state'> & Partial<StoredChannel>>;
  /** What its account has to know to use it; once more when the very same command is repeated. */
  introduce(channel: StoredChannel): Promise<Introduction>;
  /** The channel is deleted, in this transaction. */
  forget(tx: Tx, channelId: string): Promise<void>;

  /** Why nothing can be sent before the account does something; undefined when it can. */
  notReady(channel: StoredChannel): string | undefined;
  /** One attempt. Never within a transaction, never throws. */
  sendAlert(channel: StoredChannel, alert: Alert, options: AttemptOptions): Promise<Outcome>;
  /** An answer that nobody asked for right now, such as a digest; absent where no people read. */
  sendReply?(channel: StoredChannel, reply: Reply, options: AttemptOptions): Promise<Outcome>;
  sendTest(channel: StoredChannel, testId: string, signal: AbortSignal): Promise<Outcome>;

  /** How long the channel is left alone once it has a message, counted from the answer. */
  restMs(channel: StoredChannel): number;
  /** Everything that is left alone when the channel asks for it, itself included. */
  pausedTogether(tx: Tx, channel: StoredChannel): Promise<string[]>;
}
