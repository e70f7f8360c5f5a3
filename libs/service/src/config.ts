import { z } from 'zod';

/** Settings that every service has; a service extends this schema in its own config.ts. Keys are the variables' names. */
export const BaseConfig = z.object({
  /** Name of the service, e.g. `scoring`: its schema, stream and NATS user. */
  SOUK_SERVICE: z.enum(['gateway', 'ingestion', 'quota', 'enrichment', 'scoring', 'alerting', 'billing']),
  /**
   * Unique per replica; one restarted under its old name takes its partitions back at once, and what it had in hand. Two
   * that run under one name would take it from each other.
   */
  SOUK_INSTANCE: z.string().min(1).max(100),
  SOUK_POSTGRES_URL: z.string().startsWith('postgres'),
  SOUK_NATS_URL: z.string().min(1),
  /** Prefix of JetStream's API as this user sees it; `$JS.API` at a broker without our accounts. */
  SOUK_NATS_API_PREFIX: z.string().min(1).default('JS.BUS'),
  /** Health, readiness and metrics; 0 takes a free port. */
  SOUK_HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** Address that health and metrics are served on; a container needs 0.0.0.0. */
  SOUK_HEALTH_HOST: z.string().default('127.0.0.1'),
  /** How many partitions keep order side by side; fixed once a stream exists. */
  SOUK_PARTITIONS: z.coerce.number().int().min(1).max(256).default(4),
  SOUK_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  SOUK_POSTGRES_POOL: z.coerce.number().int().min(2).max(100).default(8),
  SOUK_STREAM_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(1024 ** 3),
  SOUK_STREAM_MAX_AGE_HOURS: z.coerce.number().min(1).default(48),
  /** Outbox rows are kept this long at least, and up to 6 hours more; see `keepLongEnough`, `inboxRetentionHours`. */
  SOUK_OUTBOX_RETENTION_HOURS: z.coerce.number().min(1).default(120),
  /** Disk that the outbox may take; beyond it the oldest published parts go early. */
  SOUK_OUTBOX_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1_000_000)
    .default(4 * 1024 ** 3),
  /** Hands every batch over twice: a test of idempotency. */
  DELIVER_TWICE: z.stringbool().default(false),
});
export type BaseConfig = z.infer<typeof BaseConfig>;

/** Settings are wrong; the message names every variable and what is the matter, never a value. */
export class ConfigError extends Error {
  constructor(readonly problems: { variable: string; problem: string }[]) {
    super(
      `These settings are missing or wrong:\n${problems.map((p) => `  ${p.variable}: ${p.problem}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

/** Reads all settings of a schema from the environment; an empty variable counts as not set. */
export function readConfig<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined> = process.env,
): z.infer<Schema> {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(set);
  if (result.success) {
    const base = BaseConfig.safeParse(set);
    if (base.success) keepLongEnough(base.data);
    return result.data;
  }
  throw new ConfigError(
    result.error.issues.map((issue) => ({
      variable: issue.path.join('.') || '(settings)',
      problem: issue.message,
    })),
  );
}

/**
 * An inbox must remember a message for as long as the broker can deliver it: up to the stream's age after it was
 * published, and as long again when it was published once more at the end of that time; a day more for clocks.
 */
export const inboxRetentionHours = ({
  SOUK_STREAM_MAX_AGE_HOURS: age,
  SOUK_OUTBOX_RETENTION_HOURS: kept,
}: Pick<BaseConfig, 'SOUK_STREAM_MAX_AGE_HOURS' | 'SOUK_OUTBOX_RETENTION_HOURS'>): number =>
  Math.max(kept, 2 * age + 24);

/** What the stream has lost is published again out of the outbox. */
function keepLongEnough({
  SOUK_STREAM_MAX_AGE_HOURS: age,
  SOUK_OUTBOX_RETENTION_HOURS: kept,
}: BaseConfig): void {
  if (kept >= age) return;
  const problem = `must be at least ${age} as SOUK_STREAM_MAX_AGE_HOURS is, so that what the broker loses can be published again`;
  throw new ConfigError([{ variable: 'SOUK_OUTBOX_RETENTION_HOURS', problem }]);
}
