import { Inject, Injectable } from '@nestjs/common';
import type { ChatProof, ChatUpdateKind } from '@souk/contracts';
import type { ChatDoor, ChatUpdate, ReadUpdate } from '../chats/chat-door.ts';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import { SlackApp } from './slack-app.ts';
import { SlackClients } from './slack-clients.ts';
import { isSignedBySlack } from './slack-signature.ts';
import { readSlackUpdate, slackBody } from './slack-update.ts';

/** Where Slack comes in: events, commands and interactions, signed. */
@Injectable()
export class SlackDoor implements ChatDoor {
  readonly platform = 'slack';

  constructor(
    private readonly clients: SlackClients,
    private readonly app: SlackApp,
    @Inject(ALERTING_CONFIG) private readonly config: AlertingConfig,
  ) {}

  get isOpen(): boolean {
    return this.clients.isConfigured;
  }

  isGenuine(proof: ChatProof, body: Buffer, now: Date): boolean {
    return isSignedBySlack(this.config.SOUK_SLACK_SIGNING_SECRET!, proof, body, now);
  }

  read(kind: ChatUpdateKind, body: Buffer): ReadUpdate | { challenge: string } | undefined {
    return readSlackUpdate(kind, body);
  }

  async handle({ id, kind, body }: ChatUpdate): Promise<void> {
    await this.app.handle(id, slackBody(kind, body)!);
  }
}
