import { Injectable } from '@nestjs/common';
import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { Bus } from '@souk/bus';
import { ReactionAdded } from '@souk/contracts';
import { Database } from '@souk/service';
import { SlackClients } from './slack-clients.ts';
import { SlackStore } from './slack.store.ts';

type EventArgs<Type extends string> = SlackEventMiddlewareArgs<Type> & AllMiddlewareArgs;

/** What happens in workspaces: reactions become events of ours, a removed app is forgotten. */
@Injectable()
export class SlackEvents {
  constructor(
    private readonly store: SlackStore,
    private readonly clients: SlackClients,
    private readonly bus: Bus,
    private readonly database: Database,
  ) {}

  /** Only of conversations that are tied to an account: nobody else's are any business of ours. */
  async reactionAdded({ event, body, context }: EventArgs<'reaction_added'>): Promise<void> {
    if (event.item.type !== 'message' || event.user === context.botUserId) return;
    const conversation = { teamId: body.team_id, conversationId: event.item.channel };
    const message = event.item.ts;
    const { tied, alertId } = await this.database.read([], async (tx) => ({
      tied: await this.store.tied(tx, conversation),
      alertId: (await this.store.alertOf(tx, conversation, message)) ?? null,
    }));
    if (!tied) return;
    const { accountId, channelId } = tied;
    await this.bus.transaction([accountId], async (unit) => {
      unit.publish(
        ReactionAdded,
        {
          accountId,
          platform: 'slack',
          channelId,
          chat: conversation.conversationId,
          message,
          user: event.user,
          emoji: event.reaction,
          alertId,
          reactedAt: new Date(Number(event.event_ts) * 1_000).toISOString(),
        },
        { accountId, key: channelId },
      );
    });
  }

  async uninstalled({ body }: EventArgs<'app_uninstalled'>): Promise<void> {
    await this.clients.forget(body.team_id);
  }

  async tokensRevoked({ event, body }: EventArgs<'tokens_revoked'>): Promise<void> {
    if ((event.tokens.bot ?? []).length > 0) await this.clients.forget(body.team_id);
  }
}
