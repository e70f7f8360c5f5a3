/** The bot as a whole, among the things that have a pace. */
export const BOT_ID = '00000000-0000-0000-0000-000000000000';

export type Lane = 'webhook' | 'telegram';

interface LaneRules {
  /** Deliveries to one channel at the same time. */
  perChannel: number;
  /** Least time between two messages to one channel. */
  channelEveryMs: number;
  /** Least average time between two messages of the lane. */
  laneEveryMs: number;
  /** How far messages may run ahead of that average. */
  laneBurst: number;
}

/** Telegram documents one message a second and chat, and about 30 a second overall; a margin for clocks. */
export const LANE_RULES: Readonly<Record<Lane, LaneRules>> = {
  webhook: { perChannel: 4, channelEveryMs: 0, laneEveryMs: 0, laneBurst: Number.POSITIVE_INFINITY },
  telegram: { perChannel: 1, channelEveryMs: 1_100, laneEveryMs: 40, laneBurst: 4 },
};

/**
 * How long a chat is left alone once it has a message, counted from Telegram's answer, so that no delay on the
 * way brings two messages closer. Groups (their chat ids are negative) take 20 a minute.
 */
export const chatPauseMs = (chatId: number): number => (chatId < 0 ? 3_050 : 1_050);

/**
 * How many messages a lane may send right now (generic cell rate algorithm): `freeAt` is when the lane would be
 * free if every message sent took its share of time.
 */
export function lanePlaces(lane: Lane, freeAt: Date, now: Date): number {
  const { laneEveryMs, laneBurst } = LANE_RULES[lane];
  if (laneEveryMs === 0) return Number.POSITIVE_INFINITY;
  const aheadMs = Math.max(0, freeAt.getTime() - now.getTime());
  return Math.max(0, Math.floor(laneBurst - aheadMs / laneEveryMs));
}

/** When the lane is free after `count` more messages. */
export function laneFreeAfter(lane: Lane, freeAt: Date, now: Date, count: number): Date {
  return new Date(Math.max(freeAt.getTime(), now.getTime()) + count * LANE_RULES[lane].laneEveryMs);
}
