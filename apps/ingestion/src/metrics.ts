import { Counter, Histogram } from 'prom-client';

export const linesRead = new Counter({
  name: 'souk_ingestion_observations_total',
  help: 'Posted lines and fetched items, by origin and outcome.',
  labelNames: ['origin', 'outcome'] as const,
});

export const polls = new Counter({
  name: 'souk_ingestion_polls_total',
  help: 'Polls of a source, by outcome.',
  labelNames: ['source', 'outcome'] as const,
});

export const pollSeconds = new Histogram({
  name: 'souk_ingestion_poll_seconds',
  help: 'Duration of a poll, waiting for permits included.',
  labelNames: ['source'] as const,
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});
