import { BaseConfig } from '@souk/service';
import { z } from 'zod';
import { readAllowList } from '@souk/safe-http';

/** Settings of alerting, see README.md. */
export const AlertingConfig = BaseConfig.extend({
  /** Root of the keys that secrets of channels are encrypted with, and links are signed with. */
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
  /** How updates of the bot come in: asked for, or brought by Telegram to `hooks/telegram` below the public address. */
  SOUK_TELEGRAM_UPDATES: z.enum(['poll', 'webhook']).default('poll'),
  /** Where people and chat platforms reach this installation: links in mail and chats begin with it. */
  SOUK_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Signing secret of the Slack app; without it there are no Slack channels. */
  SOUK_SLACK_SIGNING_SECRET: z.string().min(16, 'copy it from the basic information of the app').optional(),
  /** Token of the bot in the one workspace that has the app. */
  SOUK_SLACK_TOKEN: z.string().startsWith('xoxb-', 'a token of a bot begins with xoxb-').optional(),
  /** With these, any workspace can install the app. */
  SOUK_SLACK_CLIENT_ID: z.string().min(1).optional(),
  SOUK_SLACK_CLIENT_SECRET: z.string().min(1).optional(),
  SOUK_SLACK_API_URL: z.url({ protocol: /^https?$/ }).default('https://slack.com/api/'),
  /** The server that mail goes through: `smtp://user:password@host:587`, or `smtps:`; without it there are no e-mail channels. */
  SOUK_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  /** Sender of the mails. */
  SOUK_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]{0,100}?<?[^\s<>@]+@[^\s<>@]+>?$/, 'an address, or `Name <address>`')
    .optional(),
  /** An OpenAI-compatible endpoint (`https://host/v1`) that helps to read unclear sentences; with a model's name only. */
  SOUK_LLM_URL: z.url({ protocol: /^https?$/ }).optional(),
  SOUK_LLM_KEY: z.string().min(1).optional(),
  SOUK_LLM_MODEL: z.string().min(1).max(200).optional(),
  /** How long a person waits for it at most. */
  SOUK_LLM_DEADLINE_MS: z.coerce.number().int().min(100).max(20_000).default(3_000),
  /** Deliveries under way at once, for each kind of channel. */
  SOUK_DELIVERY_CONCURRENCY: z.coerce.number().int().min(1).max(256).default(16),
  /** How often forgotten deliveries are looked for; new ones wake the worker at once. */
  SOUK_DELIVERY_POLL_MS: z.coerce.number().int().min(50).max(60_000).default(5_000),
}).refine((config) => config.SOUK_TELEGRAM_UPDATES === 'poll' || config.SOUK_PUBLIC_URL !== undefined, {
  path: ['SOUK_PUBLIC_URL'],
  message: 'is needed for SOUK_TELEGRAM_UPDATES=webhook: Telegram has to reach this installation',
});
export type AlertingConfig = z.infer<typeof AlertingConfig>;

/** Injection token of the configuration. */
export const ALERTING_CONFIG = 'ALERTING_CONFIG';
