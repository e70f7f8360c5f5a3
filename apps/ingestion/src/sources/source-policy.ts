import { lifetimeMsOf, type SourcePolicy } from '@souk/contracts';

/** Amazon's licence lets data be kept for a day. */
const AMAZON_CACHE_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * What may be done with a source's prices: the adapter's own rules with the operator's changes. Amazon's are fixed
 * until the operator states that Amazon agreed to tracking and alerts: no history, no alerts, a day in the cache. Once
 * it agreed nothing is deleted for its age, or the approved history would go after a day; `changes` may set ages.
 * @see https://affiliate-program.amazon.com/help/operating/policies
 */
export function policyOf(
  adapterPolicy: SourcePolicy,
  changes: Partial<SourcePolicy> | undefined,
  amazon: { isAmazon: boolean; isApproved: boolean },
): SourcePolicy {
  const given = Object.entries(changes ?? {}).filter(([, value]) => value !== undefined);
  const policy: SourcePolicy = {
    ...adapterPolicy,
    ...(amazon.isAmazon &&
      amazon.isApproved && { mayStoreHistory: true, mayAlert: true, cacheLifetimeMs: null }),
    ...Object.fromEntries(given),
  };
  if (!amazon.isAmazon || amazon.isApproved) return policy;
  return {
    ...policy,
    mayStoreHistory: false,
    mayAlert: false,
    cacheLifetimeMs: Math.min(policy.cacheLifetimeMs ?? AMAZON_CACHE_MS, AMAZON_CACHE_MS),
  };
}

/** Sources that fetch from Amazon itself, whatever they are called. */
export const isAmazonAdapter = (version: string): boolean => /^(amazon|paapi)\b/.test(version);

/** How long messages stay; the outbox goes in parts of so many hours. */
export interface MessageRetention {
  streamHours: number;
  outboxHours: number;
  outboxSpanHours: number;
}

/** What the operator should know of a policy and of how long messages are kept. */
export function policyWarnings(policy: SourcePolicy, kept: MessageRetention): string[] {
  const lifetimeMs = lifetimeMsOf(policy);
  const keptHours = Math.max(kept.streamHours, kept.outboxHours + kept.outboxSpanHours);
  if (lifetimeMs === null || keptHours * HOUR_MS <= lifetimeMs) return [];
  const hours = Math.floor(lifetimeMs / HOUR_MS);
  const most = hours - kept.outboxSpanHours;
  return [
    `prices may stay for ${hours} h, but messages are kept for up to ${keptHours} h: ` +
      (most >= 1
        ? `set SOUK_OUTBOX_RETENTION_HOURS to at most ${most}, and SOUK_STREAM_MAX_AGE_HOURS to no more than that`
        : `shorter than ${kept.outboxSpanHours + 1} h they cannot be (SOUK_OUTBOX_RETENTION_HOURS)`),
  ];
}
