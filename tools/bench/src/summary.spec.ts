import type { Rounds } from './run.ts';
import { MEASUREMENTS } from './settings.ts';
import { circumstances, summarize } from './summary.ts';

const others = { othersShare: 0.1 };
const floorOf = (cpuMicrosPerEvent: number): Rounds['pipeline'][number]['floor'] => ({
  ...others,
  events: 100,
  rows: 100,
  duplicates: 0,
  eventsPerSecond: 40_000,
  latencyMs: { p50: 5, p99: 20 },
  cpuMicrosPerEvent,
});
const readOf = (cpuMicrosPerRead: number): Rounds['reads'][number]['floor'] => ({
  ...others,
  cpuMicrosPerRead,
  cpuBy: { gateway: cpuMicrosPerRead },
  p50Ms: 1,
  p99Ms: 6,
});
const pipelineOf = (cpuMicrosPerObservation: number): Rounds['pipeline'][number]['product'] => ({
  ...others,
  observations: 200,
  alerts: 2,
  observationsPerSecond: 20_000,
  cpuMicrosPerObservation,
  cpuBy: { gateway: 3, NATS: 7 },
  perLineMicros: { gateway: 3, parsing: 0.5 },
});
const rounds: Rounds = {
  pipeline: [
    { floor: floorOf(40), product: pipelineOf(60) },
    { floor: floorOf(30), product: pipelineOf(900) },
    { floor: floorOf(35), product: pipelineOf(70) },
  ],
  latency: [{ floor: floorOf(35), product: { alerts: 2, p50Ms: 15, p99Ms: 140 } }],
  reads: [{ floor: readOf(20), product: readOf(40) }],
  charges: [
    { floor: { charges: 1, chargesPerSecond: 1_000 }, product: { charges: 1, chargesPerSecond: 40_000 } },
  ],
  posting: [{ ...others, lines: 10_000, gatewayMicros: 3, parsingMicros: 0.5 }],
  lookups: [{ hitRate: 0.9, p50Ms: 1, p95Ms: 4, p99Ms: 9 }],
  scale: {
    fewWatches: [{ floor: floorOf(30), product: pipelineOf(60) }],
    manyWatches: [{ floor: floorOf(60), product: pipelineOf(150) }],
    littleHistory: [],
    longHistory: [],
  },
  others: { pipeline: 0.1, reads: 0.02 },
  replicas: {
    one: [{ floor: floorOf(35), product: pipelineOf(70) }],
    two: [{ floor: floorOf(35), product: { ...pipelineOf(80), observationsPerSecond: 30_000 } }],
  },
};
const values = Object.fromEntries(summarize(rounds, MEASUREMENTS).map(({ name, value }) => [name, value]));

it('each figure is the ratio of two medians, so that one slow round decides nothing', () => {
  expect(values).toEqual({
    'pipeline CPU per observation ÷ FLOOR-1': 70 / 35,
    'pipeline observations/s ÷ FLOOR-1 events/s': 0.5,
    '202 to webhook, 1,000/s, p50, ÷ floor': 3,
    '202 to webhook, 1,000/s, p99, ÷ floor': 7,
    'gateway read CPU ÷ bare node:http': 2,
    'gateway p99 at 1,000 reads/s': 6,
    'gateway p99 ÷ bare node:http': 1,
    'posting 10,000 lines: gateway CPU per line ÷ JSON.parse': 6,
    'hot account charges/s ÷ begin-update-insert-commit': 40,
    'look-ups of 10,000 products (Zipf), 1,000/s: hit rate': 90,
    'look-ups of 10,000 products (Zipf), 1,000/s: p95': 4,
    'CPU per observation, 1 M watches ÷ 10,000': 150 / 60 / (60 / 30),
    'two replicas of every consumer ÷ one, observations/s as multiples of the floor': 1.5,
  });
});

it('the floor itself is shown, and who took the time', () => {
  const said = circumstances(rounds);
  expect(said).toContain('FLOOR-1: 35.0 us and 40000 events/s');
  expect(said).toContain('per observation: NATS 7.0, gateway 3.0');
  expect(said).toContain('others took: pipeline 10 %, reads 2 %');
  expect(said).toContain('floor at 1,000/s: p50 5.0, p99 20.0 ms');
});

it('of what was not to be measured nothing is said', () => {
  const nothing = { pipeline: [], latency: [], reads: [], charges: [], lookups: [] };
  const none = { ...rounds, ...nothing, others: { posting: 0.1 } };
  expect(summarize(none, ['posting']).map(({ name, value }) => [name, value])).toEqual([
    ['posting 10,000 lines: gateway CPU per line ÷ JSON.parse', 6],
  ]);
  expect(circumstances(none)).toBe('share of the machine that others took: posting 10 %');
});
