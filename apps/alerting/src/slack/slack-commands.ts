import { Injectable } from '@nestjs/common';
import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { SlackLinks } from './slack-links.ts';

type CommandArgs = SlackCommandMiddlewareArgs & AllMiddlewareArgs;

/** `/souk …`: `link CODE` and `unlink` tie and untie a conversation. */
@Injectable()
export class SlackCommands {
  constructor(private readonly links: SlackLinks) {}

  async command({ command, respond }: CommandArgs): Promise<void> {
    const conversation = { teamId: command.team_id, conversationId: command.channel_id };
    const [word = '', code = ''] = command.text.trim().split(/\s+/);
    if (word === 'link') {
      await respond(await this.links.link(conversation, command.channel_name, code));
    } else if (word === 'unlink') {
      await respond(await this.links.unlink(conversation));
    }
  }
}
