import { Inject, Injectable } from '@nestjs/common';
import type { Alert } from '@souk/contracts';
import { targetProblem } from '@souk/safe-http';
import { Clock } from '@souk/service';
import type { StoredChannel } from '../channels/channel.store.ts';
import { newSigningSecret, SecretBox } from '../channels/secrets.ts';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import type { AttemptOptions, Carrier, Introduction, WantedChannel } from '../delivery/carrier.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { Pace } from '../delivery/pace.ts';
import { invalid } from '../invalid.ts';
import { alertBody, testBody } from './webhook-body.ts';
import { callWebhook } from './webhook.ts';

/** Receivers set the pace themselves, by 429. */
export const WEBHOOK_PACE: Pace = { perChannel: 4, channelEveryMs: 0 };

/** Posts to addresses of the account's, signed. */
@Injectable()
export class WebhookCarrier implements Carrier {
  readonly type = 'webhook';
  readonly pace = WEBHOOK_PACE;
  /** `webhook-id` is constant. */
  readonly repeatsAreHarmless = true;
  private readonly secrets: SecretBox;

  constructor(
    private readonly clock: Clock,
    @Inject(ALERTING_CONFIG) private readonly config: AlertingConfig,
  ) {
    this.secrets = new SecretBox(config.SOUK_SECRET);
  }

  async make({ channelId, channel }: WantedChannel): ReturnType<Carrier['make']> {
    const url = channel.type === 'webhook' ? channel.url : '';
    const problem = targetProblem(url, this.config.SOUK_WEBHOOK_ALLOW);
    if (problem) throw invalid({ field: 'url', problem });
    return { state: 'ready', url, secret: this.secrets.seal(newSigningSecret(), channelId) };
  }

  async introduce(channel: StoredChannel): Promise<Introduction> {
    return { signingSecret: this.secrets.open(channel.secret!, channel.id) };
  }

  async forget(): Promise<void> {}

  notReady(): undefined {
    return undefined;
  }

  sendAlert(
    channel: StoredChannel,
    alert: Alert,
    { deliveryId, possibleRepeat, signal }: AttemptOptions,
  ): Promise<Outcome> {
    return this.send(channel, deliveryId, alertBody(alert, possibleRepeat), signal);
  }

  sendTest(channel: StoredChannel, testId: string, signal: AbortSignal): Promise<Outcome> {
    return this.send(channel, testId, testBody(channel.id, this.clock.now()), signal);
  }

  restMs(): number {
    return 0;
  }

  async pausedTogether(_: unknown, channel: StoredChannel): Promise<string[]> {
    return [channel.id];
  }

  private async send(
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
