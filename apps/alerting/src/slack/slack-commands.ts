import { Injectable } from '@nestjs/common';
import type {
  AllMiddlewareArgs,
  BlockAction,
  ButtonAction,
  OverflowAction,
  SlackActionMiddlewareArgs,
  SlackCommandMiddlewareArgs,
  SlackViewMiddlewareArgs,
  StaticSelectAction,
} from '@slack/bolt';
import { WebAPIPlatformError } from '@slack/web-api';
import { SlackLinks } from './slack-links.ts';
import { readPress } from './slack-presses.ts';
import { type SlackAnswer, SlackTalk, type SlackTurn } from './slack-talk.ts';
import { watchModal, wishOf } from './watch-modal.ts';

type CommandArgs = SlackCommandMiddlewareArgs & AllMiddlewareArgs;
type ActionArgs = SlackActionMiddlewareArgs<BlockAction<ButtonAction | OverflowAction | StaticSelectAction>> &
  AllMiddlewareArgs;
type ViewArgs = SlackViewMiddlewareArgs & AllMiddlewareArgs;

/** What people say to the app, press, and fill in. Answers are for the person who asked alone. */
@Injectable()
export class SlackCommands {
  constructor(
    private readonly links: SlackLinks,
    private readonly talk: SlackTalk,
  ) {}

  /** `/souk link CODE`, `/souk unlink`, `/souk watch`, `/souk settings NAME VALUE`, or anything in plain words. */
  async command({ command, respond, client, context }: CommandArgs): Promise<void> {
    const conversation = { teamId: command.team_id, conversationId: command.channel_id };
    const text = command.text.trim();
    const [word = '', first = '', ...rest] = text.split(/\s+/);
    if (word === 'link') {
      await respond(await this.links.link(conversation, command.channel_name, first));
    } else if (word === 'unlink') {
      await respond(await this.links.unlink(conversation));
    } else if (text === 'watch') {
      const texts = await this.talk.textsIn(conversation);
      const view = watchModal(command.channel_id, texts);
      await client.views.open({ trigger_id: command.trigger_id, view }).catch(async (error: unknown) => {
        if (!isExpired(error)) throw error;
        await respond(texts.say('slack.too-late'));
      });
    } else {
      const turn = { conversation, userId: command.user_id, updateId: updateOf(context) };
      const answer = await this.talk.answer({ ...turn, said: saidBy(text, word, first, rest) });
      if (answer) await respond(responseOf(answer));
    }
  }

  /** Cards stay as they are, for everybody; what only one person sees is turned in place. */
  async pressed({ action, body, respond, context }: ActionArgs): Promise<void> {
    const value = action.type === 'button' ? action.value : action.selected_option?.value;
    const pressed = readPress(value ?? '');
    const conversationId = body.channel?.id;
    if (!pressed || conversationId === undefined || !body.team) return;
    const { container } = body;
    const isTheirs = container.type === 'message' && container.is_ephemeral === true;
    const threadTs = isTheirs ? undefined : (container.message_ts as string | undefined);
    const answer = await this.talk.answer({
      conversation: { teamId: body.team.id, conversationId },
      userId: body.user.id,
      updateId: updateOf(context),
      said: saidByPress(pressed, threadTs),
    });
    if (answer) await respond({ ...responseOf(answer), replace_original: answer.replaces && isTheirs });
  }

  async submitted({ view, body, client, context }: ViewArgs): Promise<void> {
    if (!body.team) return;
    const conversationId = view.private_metadata;
    const answer = await this.talk.answer({
      conversation: { teamId: body.team.id, conversationId },
      userId: body.user.id,
      updateId: updateOf(context),
      said: { text: wishOf(view.state.values) },
    });
    if (!answer) return;
    const { text, blocks } = answer;
    await client.chat.postEphemeral({ channel: conversationId, user: body.user.id, text, blocks });
  }
}

function saidBy(text: string, word: string, first: string, rest: readonly string[]): SlackTurn['said'] {
  if (text === '') return { action: { do: 'help' } };
  if (word !== 'settings') return { text };
  return rest.length === 0 ? { action: { do: 'settings' } } : { setting: first, value: rest.join('') };
}

function saidByPress(
  pressed: NonNullable<ReturnType<typeof readPress>>,
  threadTs: string | undefined,
): SlackTurn['said'] {
  switch (pressed.press) {
    case 'chart':
      return { chart: pressed.productId, threadTs };
    case 'variants':
      return { variantsOf: pressed.productId };
    case 'set':
      return { setting: pressed.field, value: pressed.value };
    case 'action':
      return { action: pressed.action };
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
