import { z } from 'zod';
import { Alert } from './alerts.ts';
import { event } from './event.ts';
import { AccountId, Instant } from './ids.ts';
import { query } from './query.ts';

/** What an account should know of its installation; stands in the inbox beside the alerts. */
export const Notice = z.object({
  id: z.uuid(),
  /** Place in commit order, counted together with the alerts'. */
  position: z.int().positive(),
  kind: z.enum(['channel-paused', 'channel-resumed']),
  channelId: z.uuid().nullable(),
  text: z.string().max(1_000),
  raisedAt: Instant,
});
export type Notice = z.infer<typeof Notice>;

export const NoticeRaised = event('alerting.notice-raised.v1', {
  summary: 'An account should know something of its installation: a channel was paused.',
  data: Notice,
});

export const ListNotices = query('alerting.list-notices', {
  summary: 'Notices of an account, newest first.',
  request: z.object({
    accountId: AccountId,
    limit: z.int().min(1).max(200),
    cursor: z.string().max(500).optional(),
  }),
  response: z.object({ notices: z.array(Notice), next: z.string().nullable() }),
});

export const InboxEntry = z.union([z.object({ alert: Alert }), z.object({ notice: Notice })]);
export type InboxEntry = z.infer<typeof InboxEntry>;

export const ListInbox = query('alerting.list-inbox', {
  summary: 'What a stream of the inbox has missed: alerts and notices after a position, oldest first.',
  request: z.object({
    accountId: AccountId,
    limit: z.int().min(1).max(1_000),
    afterPosition: z.int().nonnegative(),
  }),
  response: z.object({
    entries: z.array(InboxEntry),
    isMore: z.boolean(),
    /** Position of the newest entry; 0 when there is none. */
    newest: z.int().nonnegative(),
  }),
});
