import { Injectable } from '@nestjs/common';
import {
  App,
  type BlockAction,
  type ButtonAction,
  LogLevel,
  type OverflowAction,
  type Receiver,
  type StaticSelectAction,
} from '@slack/bolt';
import { silentLogger } from './silent-logger.ts';
import { SlackClients } from './slack-clients.ts';
import { SlackCommands } from './slack-commands.ts';
import { SlackEvents } from './slack-events.ts';
import { WATCH_MODAL } from './watch-modal.ts';

/** Bolt gets what is stored already, not what comes over HTTP. */
const storedUpdates: Receiver = {
  init: () => undefined,
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

/** The Slack app: which part of it each update is for. Slack has its answer long since, so nothing is acknowledged here. */
@Injectable()
export class SlackApp {
  private readonly app: App;

  constructor(
    private readonly clients: SlackClients,
    commands: SlackCommands,
    events: SlackEvents,
  ) {
    this.app = new App({
      receiver: storedUpdates,
      authorize: ({ teamId }) => this.authorize(teamId),
      clientOptions: clients.options,
      logger: silentLogger,
      logLevel: LogLevel.ERROR,
      convoStore: false,
      tokenVerificationEnabled: false,
    });
    this.app.command(/./, (args) => commands.command(args));
    this.app.action<BlockAction<ButtonAction | OverflowAction | StaticSelectAction>>(
      { type: 'block_actions' },
      (args) => commands.pressed(args),
    );
    this.app.view(WATCH_MODAL, (args) => commands.submitted(args));
    this.app.event('reaction_added', (args) => events.reactionAdded(args));
    this.app.event('app_uninstalled', (args) => events.uninstalled(args));
    this.app.event('tokens_revoked', (args) => events.tokensRevoked(args));
    // What fails is worked on again, see ChatWorker.
    this.app.error((error) => Promise.reject(error));
  }

  /** `id` is the same whenever the update is worked on again. */
  async handle(id: string, body: Record<string, unknown>): Promise<void> {
    await this.app.processEvent({
      body,
      ack: () => Promise.resolve(),
      customProperties: { updateId: id },
    });
  }

  private async authorize(
    teamId: string | undefined,
  ): Promise<{ botToken?: string; botUserId?: string; teamId?: string }> {
    if (teamId === undefined) return {};
    const workspace = await this.clients.workspaceOf(teamId);
    return { teamId, ...workspace };
  }
}
