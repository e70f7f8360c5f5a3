import { Injectable } from '@nestjs/common';
import { RedisConnection } from './redis.ts';

/** Permits were given out, or when it is worth asking again. */
export type WindowAnswer = { granted: true } | { granted: false; retryAfterMs: number };

/**
 * KEYS[1] list of the last `burst` grants' times in microseconds, newest first
 * KEYS[2] the server process that wrote it, and the budget it was written under
 * ARGV permits, burst, period in microseconds
 * Answers the microseconds to wait; 0: granted.
 *
 * `burst` grants fit into any half-open window of one period: permits are granted when, counting them in, the
 * grant that was `burst` grants ago is a period old. The clock is the server's own; where it
 * steps forward, one period is shorter by as much. A log that is missing, or was written by another server process or under another budget, may lack what was granted
 * last (a flush, a restart from an old snapshot, a failover): it counts as full, so that the next permits come
 * one period later.
 */
export const windowScript = (nowMicros: string): string => `
local burst = tonumber(ARGV[2])
local period = tonumber(ARGV[3])
local permits = tonumber(ARGV[1])
local now = ${nowMicros}
local stamp = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') .. ':' .. burst .. ':' .. period
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('GET', KEYS[2]) ~= stamp then
  redis.call('DEL', KEYS[1])
  for i = 1, burst do redis.call('LPUSH', KEYS[1], string.format('%.0f', now)) end
  redis.call('SET', KEYS[2], stamp)
end
local decisive = redis.call('LINDEX', KEYS[1], burst - permits)
if decisive then
  local free = tonumber(decisive) + period
  if free > now then return string.format('%.0f', free - now) end
end
for i = 1, permits do redis.call('LPUSH', KEYS[1], string.format('%.0f', now)) end
redis.call('LTRIM', KEYS[1], 0, burst - 1)
return '0'
`;

const SERVER_TIME = `(function() local t = redis.call('TIME'); return t[1] * 1000000 + t[2] end)()`;

/** The calls that an upstream account was allowed lately, kept in Redis for all replicas. */
@Injectable()
export class CallWindow {
  private readonly script = windowScript(SERVER_TIME);

  constructor(private readonly redis: RedisConnection) {}

  /** Takes several permits at once or none. Throws when Redis does not answer: then there is no permit. */
  async take(
    upstream: string,
    permits: number,
    budget: { burst: number; ratePerSecond: number },
  ): Promise<WindowAnswer> {
    const periodMicros = Math.ceil((budget.burst / budget.ratePerSecond) * 1_000_000);
    // One hash tag: in a Redis cluster both keys of an upstream live on one node.
    const keys = [`quota:{${upstream}}:calls`, `quota:{${upstream}}:stamp`];
    const waitMicros = Number(
      await this.redis.client.eval(this.script, 2, ...keys, permits, budget.burst, periodMicros),
    );
    return waitMicros === 0
      ? { granted: true }
      : { granted: false, retryAfterMs: Math.ceil(waitMicros / 1_000) };
  }
}
