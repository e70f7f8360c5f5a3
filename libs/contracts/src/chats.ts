import { z } from 'zod';
import { event } from './event.ts';
import { AccountId, Instant } from './ids.ts';
import { query } from './query.ts';

export const ChatPlatform = z.enum(['slack', 'telegram']);
export type ChatPlatform = z.infer<typeof ChatPlatform>;

/** Which of a platform's addresses it was sent to; Telegram has one. */
export const ChatUpdateKind = z.enum(['events', 'commands', 'interactions', 'updates']);
export type ChatUpdateKind = z.infer<typeof ChatUpdateKind>;

/** Headers that prove who sent it, as they came. */
export const ChatProof = z.object({
  /** X-Slack-Signature */
  signature: z.string().max(512).optional(),
  /** X-Slack-Request-Timestamp */
  timestamp: z.string().max(512).optional(),
  /** X-Telegram-Bot-Api-Secret-Token */
  secretToken: z.string().max(512).optional(),
});
export type ChatProof = z.infer<typeof ChatProof>;

/** Largest body of a chat platform that is taken. */
export const MAX_CHAT_UPDATE_BYTES = 256 * 1024;

/** The body is what the platform sent, byte for byte: its signature is checked where the secret is kept. */
export const ReceiveChatUpdate = query('alerting.receive-chat-update', {
  summary: 'Check and store what a chat platform sent; it is worked on once it is stored.',
  hasBody: true,
  // Slack wants its answer within 3 s.
  deadlineMs: 2_300,
  request: z.object({
    platform: ChatPlatform,
    kind: ChatUpdateKind,
    proof: ChatProof,
  }),
  response: z.object({
    /**
     * `repeated` was stored before; `forged` is not what the platform would have sent; `unreadable` is its own, and
     * nothing that can be worked on.
     */
    verdict: z.enum(['stored', 'repeated', 'forged', 'unreadable']),
    /** The platform tests the address and wants this text back. */
    challenge: z.string().optional(),
  }),
});

export const FinishSlackInstall = query('alerting.finish-slack-install', {
  summary: 'Exchange what Slack gave a workspace’s admin for the token of that workspace, and store it.',
  deadlineMs: 15_000,
  request: z.object({
    code: z.string().max(512),
    /** As in the link that a Slack channel was made with; proves that the installation began here. */
    state: z.string().max(512),
  }),
  response: z.object({ workspace: z.string() }),
});

/** What somebody feels about a message, for services that act on it. */
export const ReactionAdded = event('alerting.reaction-added.v1', {
  summary: 'Somebody reacted to a message in a chat that is tied to an account.',
  data: z.object({
    accountId: AccountId,
    platform: ChatPlatform,
    /** Of the channel that is tied to the chat. */
    channelId: z.uuid(),
    /** As the platform names them. */
    chat: z.string(),
    message: z.string(),
    user: z.string(),
    /** Name without colons: `thumbsup`. */
    emoji: z.string(),
    /** Of whose alert the message tells, when it is one of ours. */
    alertId: z.uuid().nullable(),
    reactedAt: Instant,
  }),
  orderKeys: (data) => [data.channelId],
});
