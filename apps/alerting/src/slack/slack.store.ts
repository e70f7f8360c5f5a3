import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';

export interface Workspace {
  teamId: string;
  teamName: string;
  botUserId: string | null;
  /** Encrypted. */
  token: Buffer;
}

export interface Conversation {
  teamId: string;
  conversationId: string;
}

/** The channel that a conversation is tied to. */
export interface Tied {
  channelId: string;
  accountId: string;
}

/** A conversation as its memory is named. */
export const talkIn = ({ teamId, conversationId }: Conversation): string =>
  `slack:${teamId}/${conversationId}`;

/** The SQL of workspaces, of conversations that are tied to channels, and of messages that tell of alerts. */
@Injectable()
export class SlackStore {
  async keepWorkspace(tx: Tx, workspace: Workspace, now: Date): Promise<void> {
    await tx.query(
      `insert into slack_workspace (team_id, team_name, bot_user_id, token, installed_at)
       values ($1, $2, $3, $4, $5)
       on conflict (team_id) do update set team_name = excluded.team_name, bot_user_id = excluded.bot_user_id,
         token = excluded.token, installed_at = excluded.installed_at`,
      [workspace.teamId, workspace.teamName, workspace.botUserId, workspace.token, now],
    );
  }

  async workspace(tx: Tx, teamId: string): Promise<Workspace | undefined> {
    const [row] = await tx.query<Workspace>(
      `select team_id as "teamId", team_name as "teamName", bot_user_id as "botUserId", token
       from slack_workspace where team_id = $1`,
      [teamId],
    );
    return row;
  }

  /** The app was removed from the workspace, or its token revoked. */
  async forgetWorkspace(tx: Tx, teamId: string): Promise<void> {
    await tx.query('delete from slack_workspace where team_id = $1', [teamId]);
  }

  /** Ties a conversation to a channel; false when it is tied already. */
  async tie(
    tx: Tx,
    { teamId, conversationId }: Conversation,
    { channelId, accountId }: Tied,
  ): Promise<boolean> {
    const rows = await tx.query(
      `insert into slack_conversation (team_id, conversation_id, channel_id, account_id) values ($1, $2, $3, $4)
       on conflict do nothing returning channel_id`,
      [teamId, conversationId, channelId, accountId],
    );
    return rows.length === 1;
  }

  async tied(tx: Tx, { teamId, conversationId }: Conversation): Promise<Tied | undefined> {
    const [row] = await tx.query<Tied>(
      `select channel_id as "channelId", account_id as "accountId" from slack_conversation
       where team_id = $1 and conversation_id = $2`,
      [teamId, conversationId],
    );
    return row;
  }

  /** The conversation wants nothing more; what it was tied to, if anything. */
  async untie(tx: Tx, { teamId, conversationId }: Conversation): Promise<Tied | undefined> {
    const [row] = await tx.query<Tied>(
      `delete from slack_conversation where team_id = $1 and conversation_id = $2
       returning channel_id as "channelId", account_id as "accountId"`,
      [teamId, conversationId],
    );
    return row;
  }

  async forgetChannel(tx: Tx, channelId: string): Promise<void> {
    await tx.query('delete from slack_conversation where channel_id = $1', [channelId]);
    await tx.query('delete from slack_message where channel_id = $1', [channelId]);
  }

  /** Channels of the workspace: Slack counts for all of them together. */
  async channelsOf(tx: Tx, teamId: string): Promise<string[]> {
    const rows = await tx.query<{ channelId: string }>(
      'select channel_id as "channelId" from slack_conversation where team_id = $1 order by channel_id',
      [teamId],
    );
    return rows.map(({ channelId }) => channelId);
  }

  /** Notes which message tells of an alert. */
  async noteMessage(
    tx: Tx,
    message: Conversation & Tied & { ts: string; alertId: string; sentAt: Date },
  ): Promise<void> {
    await tx.query(
      `insert into slack_message (team_id, conversation_id, ts, alert_id, channel_id, account_id, sent_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
      [
        message.teamId,
        message.conversationId,
        message.ts,
        message.alertId,
        message.channelId,
        message.accountId,
        message.sentAt,
      ],
    );
  }

  /** Of which alert a message tells. */
  async alertOf(tx: Tx, { teamId, conversationId }: Conversation, ts: string): Promise<string | undefined> {
    const [row] = await tx.query<{ alertId: string }>(
      `select alert_id as "alertId" from slack_message where team_id = $1 and conversation_id = $2 and ts = $3`,
      [teamId, conversationId, ts],
    );
    return row?.alertId;
  }

  /** Reactions to older messages name no alert any more. */
  async forgetMessagesBefore(tx: Tx, before: Date, atMost: number): Promise<void> {
    await tx.query(
      `delete from slack_message where (team_id, conversation_id, ts) in
         (select team_id, conversation_id, ts from slack_message where sent_at < $1 order by sent_at limit $2)`,
      [before, atMost],
    );
  }
}
