import { readFileSync } from 'node:fs';

type Env = Record<string, string | undefined>;

interface Entry {
  adapter?: unknown;
  policy?: { cacheLifetimeMs?: unknown; historyLifetimeDays?: unknown; mayStoreHistory?: unknown };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The Associates Program lets nobody keep Amazon's prices longer, unless Amazon agreed. */
const AMAZON_LIFETIME_MS = DAY_MS;
/** The outbox is dropped in parts of six hours, looked through every few seconds. */
const OUTBOX_MARGIN_HOURS = 7;
const USUAL = { stream: 48, outbox: 120 };
const TRUE = /^(true|1|yes|on|y|enabled)$/i;

/**
 * How long messages may be kept where a source lets nobody keep its prices for ever: half of their lifetime in the
 * streams, the outbox gone when it is over. Nothing where no source asks for it, or where the operator has said it.
 * Sources that cannot be read are left to ingestion, which says what is wrong with them.
 */
export function messageLifetimes(env: Env): Record<string, string> {
  if (env.SOUK_STREAM_MAX_AGE_HOURS || env.SOUK_OUTBOX_RETENTION_HOURS || !env.SOUK_SOURCES) return {};
  const isApproved = TRUE.test(env.SOUK_AMAZON_PRICE_TRACKING_APPROVED ?? '');
  const lifetimes = entriesIn(env.SOUK_SOURCES).flatMap((entry) => lifetimeMs(entry, isApproved) ?? []);
  const hours = Math.floor(Math.min(...lifetimes) / HOUR_MS);
  const outbox = Math.min(USUAL.outbox, hours - OUTBOX_MARGIN_HOURS);
  // Shorter than that they cannot be kept: `GET /v1/sources` says so.
  if (lifetimes.length === 0 || outbox < 1) return {};
  const stream = Math.min(USUAL.stream, outbox, Math.floor(hours / 2));
  return { SOUK_STREAM_MAX_AGE_HOURS: String(stream), SOUK_OUTBOX_RETENTION_HOURS: String(outbox) };
}

/** Undefined where the prices may stay for good. */
function lifetimeMs({ adapter, policy = {} }: Entry, isApproved: boolean): number | undefined {
  const given = typeof policy.cacheLifetimeMs === 'number' ? policy.cacheLifetimeMs : undefined;
  if (adapter === 'amazon' && !isApproved) return Math.min(given ?? AMAZON_LIFETIME_MS, AMAZON_LIFETIME_MS);
  if (policy.mayStoreHistory === false) return given;
  return typeof policy.historyLifetimeDays === 'number' ? policy.historyLifetimeDays * DAY_MS : undefined;
}

function entriesIn(setting: string): Entry[] {
  try {
    const text = setting.trimStart().startsWith('[') ? setting : readFileSync(setting, 'utf8');
    const entries: unknown = JSON.parse(text);
    return Array.isArray(entries)
      ? entries.filter((entry) => typeof entry === 'object' && entry !== null)
      : [];
  } catch {
    return [];
  }
}
