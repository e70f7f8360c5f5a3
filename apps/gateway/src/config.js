import { BaseConfig } from '@souk/service';
import { z } from 'zod';
export const GatewayConfig = BaseConfig.extend({
  /** Address that the API and the pages are served on. */
  SOUK_HOST: z.string().min(1).default('127.0.0.1'),
  /** 0 takes a free port. */
  SOUK_PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  /** A key that may only read, put into the live page for visitors on this machine. */
  SOUK_LIVE_PAGE_KEY: z
    .string()
    .regex(/^souk_[0-9A-Za-z]{28}$/, 'must be an API key')
    .optional(),
});
/** Injection token of the settings. */
export const GATEWAY_CONFIG = Symbol('gateway config');
