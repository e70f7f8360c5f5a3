import type { Goal } from './goals.ts';
import type { Rounds, Scaled } from './run.ts';
import type { Measurement } from './settings.ts';
import { median } from './statistics.ts';

/** Median of one figure over the rounds. */
const of = <Round>(rounds: readonly Round[], figure: (round: Round) => number): number =>
  median(rounds.map(figure));
const text = (value: number, digits = 1): string => value.toFixed(digits);

/** Every goal of what was to be measured, with its figure: ratios of medians. */
export function summarize(rounds: Rounds, only: readonly Measurement[]): Goal[] {
  const { pipeline, latency, reads, charges, posting, lookups } = rounds;
  const cpu = {
    product: of(pipeline, ({ product }) => product.cpuMicrosPerObservation),
    floor: of(pipeline, ({ floor }) => floor.cpuMicrosPerEvent),
  };
  const speed = {
    product: of(pipeline, ({ product }) => product.observationsPerSecond),
    floor: of(pipeline, ({ floor }) => floor.eventsPerSecond),
  };
  const line = {
    gateway: of(posting, ({ gatewayMicros }) => gatewayMicros),
    parsing: of(posting, ({ parsingMicros }) => parsingMicros),
  };
  const read = {
    product: of(reads, ({ product }) => product.cpuMicrosPerRead),
    floor: of(reads, ({ floor }) => floor.cpuMicrosPerRead),
  };
  const charge = {
    product: of(charges, ({ product }) => product.chargesPerSecond),
    floor: of(charges, ({ floor }) => floor.chargesPerSecond),
  };
  const delivery = (['p50', 'p99'] as const).map((name): Goal => {
    const product = of(latency, (round) => round.product[`${name}Ms`]);
    const floor = of(latency, (round) => round.floor.latencyMs[name]);
    return {
      name: `202 to webhook, 1,000/s, ${name}, ÷ floor`,
      value: product / floor,
      unit: '',
      atMost: name === 'p50' ? 4 : 6,
      detail: `${text(product)} / ${text(floor)} ms`,
    };
  });
  const p99 = {
    product: of(reads, ({ product }) => product.p99Ms),
    floor: of(reads, ({ floor }) => floor.p99Ms),
  };
  const pipelineGoals: Goal[] = [
    {
      name: 'pipeline CPU per observation ÷ FLOOR-1',
      value: cpu.product / cpu.floor,
      unit: '',
      atMost: 2,
      detail: `${text(cpu.product)} / ${text(cpu.floor)} us`,
    },
    {
      name: 'pipeline observations/s ÷ FLOOR-1 events/s',
      value: speed.product / speed.floor,
      unit: '',
      atLeast: 0.5,
      detail: `${text(speed.product, 0)} / ${text(speed.floor, 0)} a second`,
    },
  ];
  const readGoals: Goal[] = [
    {
      name: 'gateway read CPU ÷ bare node:http',
      value: read.product / read.floor,
      unit: '',
      atMost: 2.5,
      detail: `${text(read.product)} / ${text(read.floor)} us`,
    },
    {
      name: 'gateway p99 at 1,000 reads/s',
      value: p99.product,
      unit: ' ms',
      atMost: 20,
      detail: `${text(p99.product)} ms`,
    },
    {
      name: 'gateway p99 ÷ bare node:http',
      value: p99.product / p99.floor,
      unit: '',
      atMost: 3,
      detail: `${text(p99.product)} / ${text(p99.floor)} ms`,
    },
  ];
  const postingGoals: Goal[] = [
    {
      name: 'posting 10,000 lines: gateway CPU per line ÷ JSON.parse',
      value: line.gateway / line.parsing,
      unit: '',
      atMost: 6,
      detail: `${text(line.gateway, 2)} / ${text(line.parsing, 2)} us`,
    },
  ];
  const chargeGoals: Goal[] = [
    {
      name: 'hot account charges/s ÷ begin-update-insert-commit',
      value: charge.product / charge.floor,
      unit: '',
      atLeast: 40,
      detail: `${text(charge.product, 0)} / ${text(charge.floor, 0)} a second`,
    },
  ];
  const lookupGoals: Goal[] = [
    {
      name: 'look-ups of 10,000 products (Zipf), 1,000/s: hit rate',
      value: of(lookups, ({ hitRate }) => hitRate) * 100,
      unit: ' %',
      atLeast: 80,
      detail: 'memory of the gateway',
    },
    {
      name: 'look-ups of 10,000 products (Zipf), 1,000/s: p95',
      value: of(lookups, ({ p95Ms }) => p95Ms),
      unit: ' ms',
      atMost: 20,
      detail: `p50 ${text(of(lookups, ({ p50Ms }) => p50Ms))} ms, p99 ${text(of(lookups, ({ p99Ms }) => p99Ms))} ms`,
    },
  ];
  const goals: Record<Measurement, Goal[]> = {
    pipeline: [...pipelineGoals, ...scaleGoals(rounds), replicaFigure(rounds)],
    latency: delivery,
    reads: readGoals,
    posting: postingGoals,
    charges: chargeGoals,
    'look-ups': lookupGoals,
  };
  return only.flatMap((measurement) => goals[measurement]);
}

/** Stated without a goal: two processes gain what the machine has left. Alerts were counted after it. */
function replicaFigure({ replicas }: Rounds): Goal {
  const [one, two] = [replicas.one, replicas.two].map((rounds) => ({
    speed: of(rounds, ({ product, floor }) => product.observationsPerSecond / floor.eventsPerSecond),
    micros: of(rounds, ({ product }) => product.cpuMicrosPerObservation),
    others: of(rounds, ({ product }) => product.othersShare),
  })) as [Multiple, Multiple];
  return {
    name: 'two replicas of every consumer ÷ one, observations/s as multiples of the floor',
    value: two.speed / one.speed,
    unit: '',
    detail: `${text(two.speed, 3)} / ${text(one.speed, 3)}, ${text(two.micros)} / ${text(one.micros)} us, others ${text(two.others * 100, 0)} / ${text(one.others * 100, 0)} %`,
  };
}

interface Multiple {
  speed: number;
  micros: number;
  others: number;
}

/** Both as multiples of the floor of their moment: what is compared was measured minutes apart. */
function scaleGoals({ scale }: Rounds): Goal[] {
  const grown = (name: string, from: Scaled[], to: Scaled[], atMost: number): Goal[] => {
    if (to.length === 0) return [];
    const [before, after] = [from, to].map((rounds) => ({
      product: of(rounds, ({ product }) => product.cpuMicrosPerObservation),
      floor: of(rounds, ({ floor }) => floor.cpuMicrosPerEvent),
    })) as [{ product: number; floor: number }, { product: number; floor: number }];
    const value = after.product / after.floor / (before.product / before.floor);
    const detail = `${text(after.product)} / ${text(before.product)} us, floors ${text(after.floor)} / ${text(before.floor)} us`;
    return [{ name, value, unit: '', atMost, detail }];
  };
  return [
    ...grown('CPU per observation, 1 M watches ÷ 10,000', scale.fewWatches, scale.manyWatches, 1.3),
    ...grown(
      'CPU per observation, 10 M points of history ÷ 10,000',
      scale.littleHistory,
      scale.longHistory,
      1.2,
    ),
  ];
}

/** How slow the floor and how busy the machine was, so that neither can flatter; and where the product's CPU went. */
export function circumstances({ pipeline, latency, reads, others }: Rounds): string {
  const small = of(pipeline, ({ product }) => product.perLineMicros.gateway);
  const parsing = of(pipeline, ({ product }) => product.perLineMicros.parsing);
  const floorMicros = of(pipeline, ({ floor }) => floor.cpuMicrosPerEvent);
  const floorSpeed = of(pipeline, ({ floor }) => floor.eventsPerSecond);
  const ofOthers = Object.entries(others).map(([name, share]) => `${name} ${text(share * 100, 0)} %`);
  const ofPipeline = [
    `FLOOR-1: ${text(floorMicros)} us and ${text(floorSpeed, 0)} events/s (a machine of two cores: 35-41 us, 38,000-43,000)`,
    `posts of 200 lines: gateway ${text(small)} us a line, ${text(small / parsing)} times parsing it`,
    `microseconds per observation: ${shareOf(pipeline.map(({ product }) => product.cpuBy))}`,
  ];
  return [
    `share of the machine that others took: ${ofOthers.join(', ')}`,
    ...(pipeline.length > 0 ? ofPipeline : []),
    ...(latency.length > 0
      ? [
          `floor at 1,000/s: p50 ${text(of(latency, ({ floor }) => floor.latencyMs.p50))}, p99 ${text(of(latency, ({ floor }) => floor.latencyMs.p99))} ms`,
        ]
      : []),
    ...(reads.length > 0
      ? [`microseconds per read: ${shareOf(reads.map(({ product }) => product.cpuBy))}`]
      : []),
  ].join('\n');
}

function shareOf(rounds: readonly Record<string, number>[]): string {
  return Object.keys(rounds[0] ?? {})
    .map((name) => ({ name, micros: of(rounds, (cpuBy) => cpuBy[name] ?? 0) }))
    .sort((a, b) => b.micros - a.micros)
    .map(({ name, micros }) => `${name} ${text(micros)}`)
    .join(', ');
}
