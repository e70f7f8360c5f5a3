import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What can be measured alone; growth of watches and history, and second replicas, come with the pipeline. */
export const MEASUREMENTS = ['pipeline', 'latency', 'reads', 'posting', 'look-ups', 'charges'] as const;
export type Measurement = (typeof MEASUREMENTS)[number];

/** How much is measured; the rest is the same for a quick and a full run. */
export interface Settings {
  rounds: number;
  products: number;
  watches: number;
  observations: number;
  floorEvents: number;
  latencySeconds: number;
  reads: number;
  readSeconds: number;
  charges: number;
  /** Posts of 10,000 lines. */
  posts: number;
  /** Look-ups before those that are measured. */
  lookups: number;
  /** Watches, and points of each product, that the pipeline is measured with once more; 0: it is not. */
  manyWatches: number;
  history: number;
  plainCharges: number;
  /** What is measured. */
  only: readonly Measurement[];
  /** Where the result goes. */
  outDir: string;
}

export const HELP = `npm run bench -- [options]
  --quick          two rounds of small sizes, within five minutes (five rounds unless given)
  --rounds N       another number of rounds
  --only A,B       some of it: ${MEASUREMENTS.join(', ')}
  --scale 0.1      sizes times this, for trying things out; figures are worth nothing then
  --out FOLDER     where the result is written (.souk/bench)
Ends with 0 when every goal is met.`;

const QUICK = {
  rounds: 2,
  products: 10_000,
  watches: 100_000,
  observations: 20_000,
  floorEvents: 100_000,
  latencySeconds: 8,
  reads: 10_000,
  readSeconds: 5,
  charges: 20_000,
  posts: 10,
  lookups: 20_000,
  manyWatches: 0,
  history: 0,
  plainCharges: 2_000,
};
const FULL = {
  ...QUICK,
  rounds: 5,
  observations: 60_000,
  floorEvents: 150_000,
  latencySeconds: 20,
  reads: 50_000,
  readSeconds: 10,
  charges: 200_000,
  lookups: 40_000,
  manyWatches: 1_000_000,
  history: 1_000,
  plainCharges: 5_000,
};
/** A post has 50 prices of each of four partitions; the sizes are rounded up to whole posts. */
const MULTIPLE = 200;
/** Posts overlap: a product's next price comes ten posts later, so that none overtakes another. */
const LEAST_PRODUCTS = 2_000;

/** @throws naming the option that is wrong; undefined when only the help is wanted */
export function readSettings(args: string[], root: string): Settings | undefined {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string', default: MEASUREMENTS.join(',') },
      scale: { type: 'string', default: '1' },
      out: { type: 'string', default: join(root, '.souk', 'bench') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const sizes = values.quick ? QUICK : FULL;
  const rounds = Number(values.rounds ?? sizes.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100)
    throw new Error(`--rounds is a whole number from 1 to 100\n${HELP}`);
  const only = values.only.split(',').map((name) => {
    const known = MEASUREMENTS.find((measurement) => measurement === name);
    if (!known) throw new Error(`--only takes ${MEASUREMENTS.join(', ')}, with commas between them\n${HELP}`);
    return known;
  });
  const scale = Number(values.scale);
  if (!(scale >= 0.001 && scale <= 10)) throw new Error(`--scale is a number from 0.001 to 10\n${HELP}`);
  const scaled = Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => [
      name,
      name.endsWith('Seconds') || name === 'posts'
        ? Math.max(1, Math.round(size * scale))
        : Math.ceil((size * scale) / MULTIPLE) * MULTIPLE,
    ]),
  ) as typeof sizes;
  const products = Math.max(LEAST_PRODUCTS, scaled.products);
  const watches = Math.max(products, scaled.watches); // each product has one that an alert's price crosses
  return { ...scaled, products, watches, rounds, only, outDir: resolve(values.out) };
}
