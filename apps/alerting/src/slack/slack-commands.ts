import { Injectable } from '@nestjs/common';
import type {
  AllMiddlewareArgs,
  BlockAction,
  ButtonAction,
  SlackActionMiddlewareArgs,
  SlackCommandMiddlewareArgs,
  SlackViewMiddlewareArgs,
} from '@slack/bolt';
import { WebAPIPlatformError } from '@slack/web-api';
import { readAction } from '../conversation/actions.ts';
import { SlackLinks } from './slack-links.ts';
import { type SlackAnswer, SlackTalk, type SlackTurn } from './slack-talk.ts';
import { watchModal, wishOf } from './watch-modal.ts';

type CommandArgs = SlackCommandMiddlewareArgs & AllMiddlewareArgs;
type ActionArgs = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;
type ViewArgs = SlackViewMiddlewareArgs & AllMiddlewareArgs;

/** What people say to the app, press, and fill in. Answers are for the person who asked alone. */
@Injectable()
export class SlackCommands {
  constructor(
    private readonly links: SlackLinks,
    private readonly talk: SlackTalk,
  ) {}

  /** `/souk link CODE`, `/souk unlink`, `/souk watch`, or anything in plain words. */
  async command({ command, respond, client, context }: CommandArgs): Promise<void> {
    const conversation = { teamId: command.team_id, conversationId: command.channel_id };
    const text = command.text.trim();
    const [word = '', rest = ''] = text.split(/\s+/);
    if (word === 'link') {
      await respond(await this.links.link(conversation, command.channel_name, rest));
    } else if (word === 'unlink') {
      await respond(await this.links.unlink(conversation));
    } else if (text === 'watch') {
      const view = watchModal(command.channel_id);
      await client.views.open({ trigger_id: command.trigger_id, view }).catch(async (error: unknown) => {
        if (!isExpired(error)) throw error;
        await respond('That took too long. Say /souk watch again.');
      });
    } else {
      const said: SlackTurn['said'] = text === '' ? { action: { do: 'help' } } : { text };
      const turn = { conversation, userId: command.user_id, updateId: updateOf(context), said };
      await respond(responseOf(await this.talk.answer(turn)));
    }
  }

  /** Cards stay as they are, for everybody; what only one person sees is turned in place. */
  async pressed({ action, body, respond, context }: ActionArgs): Promise<void> {
    const pressed = readAction(action.value ?? '');
    const conversationId = body.channel?.id;
    if (!pressed || conversationId === undefined || !body.team) return;
    const answer = await this.talk.answer({
      conversation: { teamId: body.team.id, conversationId },
      userId: body.user.id,
      updateId: updateOf(context),
      said: { action: pressed },
    });
    const isTheirs = body.container.type === 'message' && body.container.is_ephemeral === true;
    await respond({ ...responseOf(answer), replace_original: answer.replaces && isTheirs });
  }

  async submitted({ view, body, client, context }: ViewArgs): Promise<void> {
    if (!body.team) return;
    const conversationId = view.private_metadata;
    const { text, blocks } = await this.talk.answer({
      conversation: { teamId: body.team.id, conversationId },
      userId: body.user.id,
      updateId: updateOf(context),
      said: { text: wishOf(view.state.values) },
    });
    await client.chat.postEphemeral({ channel: conversationId, user: body.user.id, text, blocks });
  }
}

const responseOf = ({ text, blocks }: SlackAnswer) => ({
  response_type: 'ephemeral' as const,
  text,
  blocks,
});

const updateOf = (context: Record<string, unknown>): string => context.updateId as string;

/** A window can be opened for three seconds after it was asked for. */
const isExpired = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError && /trigger/.test(error.data.error);
