import { Injectable } from '@nestjs/common';
import { EmailCarrier } from '../email/email-carrier.ts';
import { SlackCarrier } from '../slack/slack-carrier.ts';
import { TelegramCarrier } from '../telegram/telegram-carrier.ts';
import { WebhookCarrier } from '../webhook/webhook-carrier.ts';
import type { Carrier, Lane } from './carrier.ts';

/** Every kind of channel there is; another one is its folder and a line here. */
@Injectable()
export class Carriers {
  readonly all: readonly Carrier[];
  private readonly byType: ReadonlyMap<Lane, Carrier>;

  constructor(webhook: WebhookCarrier, telegram: TelegramCarrier, slack: SlackCarrier, email: EmailCarrier) {
    this.all = [webhook, telegram, slack, email];
    this.byType = new Map(this.all.map((carrier) => [carrier.type, carrier]));
  }

  of(type: Lane): Carrier {
    return this.byType.get(type)!;
  }
}
