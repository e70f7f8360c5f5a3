import { Counter, Gauge } from 'prom-client';

export const granted = new Counter({
  name: 'souk_quota_permits_granted_total',
  help: 'Permits granted, by upstream and priority.',
  labelNames: ['upstream', 'priority'] as const,
});

export const refused = new Counter({
  name: 'souk_quota_requests_refused_total',
  help: 'Requests for permits that were declined, by upstream and reason.',
  labelNames: ['upstream', 'reason'] as const,
});

export const waiting = new Gauge({
  name: 'souk_quota_requests_waiting',
  help: 'Requests for permits that wait in this process, by upstream and priority.',
  labelNames: ['upstream', 'priority'] as const,
});

export const redisCalls = new Counter({
  name: 'souk_quota_redis_calls_total',
  help: 'Questions for permits that Redis answered, by upstream; leases bring many permits with one.',
  labelNames: ['upstream'] as const,
});
