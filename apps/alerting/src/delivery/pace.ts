/** The Telegram bot as a whole, among the things that have a pace. */
export const BOT_ID = '00000000-0000-0000-0000-000000000000';

/** How fast one kind of channel may be used. */
export interface Pace {
  /** Deliveries to one channel at the same time. */
  perChannel: number;
  /** Least time between two messages to one channel. */
  channelEveryMs: number;
  /** For all channels of the kind together; absent when only each channel has a pace. */
  whole?: {
    /** Its row among the paces. */
    id: string;
    /** Deliveries under way at once, where the pace needs more than are usual: some wait for their time to leave. */
    underWay?: number;
    /** Least average time between two messages. */
    everyMs: number;
    /** How far messages may run ahead of that average. */
    burst: number;
  };
}

/**
 * How many messages may be sent right now (generic cell rate algorithm): `freeAt` is when the whole would be free if
 * every message sent took its share of time.
 */
export function placesNow({ whole }: Pace, freeAt: Date, now: Date): number {
  if (!whole) return Number.POSITIVE_INFINITY;
  const aheadMs = Math.max(0, freeAt.getTime() - now.getTime());
  return Math.max(0, Math.floor(whole.burst - aheadMs / whole.everyMs));
}

/** When the whole is free after `count` more messages. */
export function freeAfter({ whole }: Pace, freeAt: Date, now: Date, count: number): Date {
  return new Date(Math.max(freeAt.getTime(), now.getTime()) + count * (whole?.everyMs ?? 0));
}

/** When a message of a claim leaves, by its place among those of the claim: one after the other, as the pace is. */
export function leavesAt({ whole }: Pace, freeAt: Date, now: Date, place: number): Date {
  return new Date(Math.max(freeAt.getTime(), now.getTime()) + place * (whole?.everyMs ?? 0));
}

/** When there will be a place, while there is none. */
export function nextPlaceAt({ whole }: Pace, freeAt: Date): Date {
  return whole ? new Date(freeAt.getTime() - (whole.burst - 1) * whole.everyMs) : freeAt;
}
