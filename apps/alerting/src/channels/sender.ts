import { Inject, Injectable } from '@nestjs/common';
import type { Alert } from '@souk/contracts';
import { Clock } from '@souk/service';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { StoredChannel } from './channel.store.ts';
import { SecretBox } from './secrets.ts';
import { TelegramBot } from '../telegram/telegram-bot.ts';
import { alertMessage, type TelegramMessage } from '../telegram/telegram-text.ts';
import { alertBody, testBody } from './webhook-body.ts';
import { callWebhook } from './webhook.ts';

/** Performs the effect: one attempt to bring something to a channel. Never within a transaction, never throws. */
@Injectable()
export class Sender {
  private readonly secrets: SecretBox;

  constructor(
    private readonly telegram: TelegramBot,
    private readonly clock: Clock,
    @Inject(ALERTING_CONFIG) private readonly config: AlertingConfig,
  ) {
    this.secrets = new SecretBox(config.SOUK_SECRET);
  }

  /** `deliveryId` is the idempotency key: the same for every attempt. */
  async sendAlert(
    channel: StoredChannel,
    alert: Alert,
    options: { deliveryId: string; possibleRepeat: boolean; signal: AbortSignal },
  ): Promise<Outcome> {
    if (channel.state === 'failing') {
      return {
        kind: 'refused',
        reason: 'the channel stopped accepting; test it to switch it on again',
        stopsChannel: false,
      };
    }
    return channel.type === 'telegram'
      ? this.sendTelegram(channel, alertMessage(alert, options.possibleRepeat), options.signal)
      : this.sendWebhook(
          channel,
          options.deliveryId,
          alertBody(alert, options.possibleRepeat),
          options.signal,
        );
  }

  async sendTest(channel: StoredChannel, testId: string, signal: AbortSignal): Promise<Outcome> {
    const message: TelegramMessage = {
      html: 'A test from Souk: alerts will look like this one.',
      button: undefined,
    };
    return channel.type === 'telegram'
      ? this.sendTelegram(channel, message, signal)
      : this.sendWebhook(channel, testId, testBody(channel.id, this.clock.now()), signal);
  }

  private async sendTelegram(
    channel: StoredChannel,
    message: TelegramMessage,
    signal: AbortSignal,
  ): Promise<Outcome> {
    if (channel.chatId === null) return { kind: 'not-delivered', reason: 'no chat is linked to the channel' };
    if (!this.telegram.isConfigured)
      return { kind: 'not-delivered', reason: 'the setting SOUK_TELEGRAM_TOKEN is missing' };
    return this.telegram.send(channel.chatId, message, signal);
  }

  private async sendWebhook(
    channel: StoredChannel,
    webhookId: string,
    body: string,
    signal: AbortSignal,
  ): Promise<Outcome> {
    let signingSecret: string;
    try {
      signingSecret = this.secrets.open(channel.secret!, channel.id);
    } catch (error) {
      return { kind: 'not-delivered', reason: (error as Error).message };
    }
    const call = { url: channel.url!, signingSecret, webhookId, body, now: this.clock.now(), signal };
    return callWebhook(call, this.config.SOUK_WEBHOOK_ALLOW);
  }
}
