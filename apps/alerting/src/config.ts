import { BaseConfig } from '@souk/service';
import { z } from 'zod';
import { readAllowList } from '@souk/safe-http';

/** Settings of alerting, see README.md. */
export const AlertingConfig = BaseConfig.extend({
  /** Root of the key that signing secrets of webhooks are encrypted with. */
  SOUK_SECRET: z.string().min(32, 'use at least 32 characters, for instance of `openssl rand -hex 32`'),
  /** Networks (CIDR) and host names that webhooks may reach although they are private. */
  SOUK_WEBHOOK_ALLOW: z
    .string()
    .default('')
    .transform((text, context) => {
      const list = readAllowList(text);
      if ('problem' in list) {
        context.addIssue({ code: 'custom', message: list.problem });
        return z.NEVER;
      }
      return list;
    }),
  /** Token of the Telegram bot; without it there are no Telegram channels. */
  SOUK_TELEGRAM_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]+$/, 'a bot token has the form 123456:ABC-def')
    .optional(),
  SOUK_TELEGRAM_API_ROOT: z.url({ protocol: /^https?$/ }).default('https://api.telegram.org'),
  /** Deliveries under way at once, for each kind of channel. */
  SOUK_DELIVERY_CONCURRENCY: z.coerce.number().int().min(1).max(256).default(16),
  /** How often forgotten deliveries are looked for; new ones wake the worker at once. */
  SOUK_DELIVERY_POLL_MS: z.coerce.number().int().min(50).max(60_000).default(5_000),
});
export type AlertingConfig = z.infer<typeof AlertingConfig>;

/** Injection token of the configuration. */
export const ALERTING_CONFIG = 'ALERTING_CONFIG';
