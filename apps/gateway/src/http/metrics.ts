import { Counter, Gauge, Histogram } from 'prom-client';

export const requestSeconds = new Histogram({
  name: 'souk_gateway_request_seconds',
  help: 'Requests and how long they took, by route and status.',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120],
});

/** Counted as plain numbers, because every request does; read when somebody asks for the metrics. */
export const keyLookups = { cached: 0, asked: 0 };
export const keyLookupsTotal = new Counter({
  name: 'souk_gateway_key_lookups_total',
  help: 'API keys looked up: in the cache, or asked of billing.',
  labelNames: ['outcome'] as const,
  collect() {
    this.reset();
    this.inc({ outcome: 'cached' }, keyLookups.cached);
    this.inc({ outcome: 'asked' }, keyLookups.asked);
  },
});

export const leaseEvents = new Counter({
  name: 'souk_gateway_leases_total',
  help: 'Credit leases taken, refused for lack of credit, failed, released.',
  labelNames: ['outcome'] as const,
});

export const openLeases = new Gauge({
  name: 'souk_gateway_open_leases',
  help: 'Credit leases in hand.',
});

export const lostUsage = new Counter({
  name: 'souk_gateway_lost_usage_credits_total',
  help: "Credits that were spent and could not be recorded, in the customers' favour.",
});

export const streamClients = new Gauge({
  name: 'souk_gateway_stream_clients',
  help: 'Clients that listen to the stream of alerts.',
});

export const slowStreamClients = new Counter({
  name: 'souk_gateway_slow_stream_clients_total',
  help: 'Stream clients closed because they did not read.',
});

export const postedLines = new Counter({
  name: 'souk_gateway_observation_lines_total',
  help: 'Posted observation lines by outcome.',
  labelNames: ['outcome'] as const,
});

export const replayedAnswers = new Counter({
  name: 'souk_gateway_idempotent_replays_total',
  help: 'Requests answered with the stored answer of their first time.',
});
