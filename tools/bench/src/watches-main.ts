import { progressSince, ROOT } from '@souk/start';
import { parseArgs } from 'node:util';
import { runFloor } from './floor/floor.ts';
import type { FloorResult } from './floor/messages.ts';
import { startFloorServers } from './floor/servers.ts';
import { type Goal, isMet, tableOf } from './goals.ts';
import { PipelineMeasurement, type PipelineRound } from './measure-pipeline.ts';
import { type MeasuredProduct, startMeasuredProduct } from './product.ts';
import { PLAIN } from './run.ts';
import { median } from './statistics.ts';
import { stoppable } from './stoppable.ts';

export const WATCHES_HELP = `npm run bench -- watches [--most N]
  What an observation costs with 10,000 watches and with 1,000,000 (or N), each beside a floor of the same moment.
Ends with 0 when the goal is met.`;

const FEW = 10_000;
const MANY = 1_000_000;
const ROUNDS = 3;
const OBSERVATIONS = 40_000;
const FLOOR_EVENTS = 100_000;

interface Pair {
  floor: FloorResult;
  product: PipelineRound;
}

/** `npm run bench -- watches`: undefined when only the help is wanted. */
export async function measureWatches(args: string[]): Promise<number | undefined> {
  const { values } = parseArgs({ args, options: { most: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) return undefined;
  const many = Number(values.most ?? MANY);
  if (!Number.isInteger(many) || many <= FEW || many > 10 * MANY)
    throw new Error(`--most is a number of watches from ${FEW + 1} to ${10 * MANY}\n${WATCHES_HELP}`);
  const progress = progressSince(Date.now(), (line) => process.stdout.write(line));
  return stoppable(async (begun) => {
    const product = await startMeasuredProduct(progress, begun);
    const floor = await startFloorServers(product.dataDir, ROOT);
    begun(() => floor.stop());
    const pipeline = new PipelineMeasurement(product, FEW);
    begun(() => pipeline.close());
    const measure = async (): Promise<Pair[]> => {
      const pairs: Pair[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const floorRound = await runFloor(floor, { ...PLAIN, events: FLOOR_EVENTS });
        pairs.push({ floor: floorRound, product: await pipeline.round(OBSERVATIONS) });
      }
      return pairs;
    };
    await progress.step(`${FEW} products, as many watches`, () => pipeline.prepare(FEW));
    await progress.step('warming up', () => pipeline.round(OBSERVATIONS));
    const few = await progress.step('few watches', measure);
    await progress.step(`${many} watches`, () => pipeline.watch(many));
    await progress.step('their pages are read once', () => pipeline.round(OBSERVATIONS));
    const all = await progress.step('many watches', measure);
    await pipeline.check();
    const bytes = await bytesOfAWatch(product, many);
    const goals = [ratioOf(few, all, many), bytes];
    console.log(tableOf(goals));
    return goals.every(isMet) ? 0 : 1;
  });
}

/** Both as multiples of the floor of their moment: what is compared was measured minutes apart. */
function ratioOf(few: readonly Pair[], all: readonly Pair[], many: number): Goal {
  const [before, after] = [few, all].map((pairs) => ({
    product: median(pairs.map(({ product }) => product.cpuMicrosPerObservation)),
    floor: median(pairs.map(({ floor }) => floor.cpuMicrosPerEvent)),
    others: median(pairs.map(({ product }) => product.othersShare)),
  })) as [Record<'product' | 'floor' | 'others', number>, Record<'product' | 'floor' | 'others', number>];
  return {
    name: `CPU per observation, ${many.toLocaleString('en')} watches ÷ ${FEW.toLocaleString('en')}`,
    value: after.product / after.floor / (before.product / before.floor),
    unit: '',
    atMost: 1.3,
    detail: `${after.product.toFixed(1)} / ${before.product.toFixed(1)} us, floors ${after.floor.toFixed(1)} / ${before.floor.toFixed(1)} us, others ${(after.others * 100).toFixed(0)} / ${(before.others * 100).toFixed(0)} %`,
  };
}

async function bytesOfAWatch({ sql }: MeasuredProduct, watches: number): Promise<Goal> {
  const [row] = await sql<{ watch: string; index: string }>(
    `select pg_total_relation_size('alerting.watch') as watch, pg_total_relation_size('alerting.match_index') as index`,
  );
  const [watch, index] = [Number(row!.watch) / watches, Number(row!.index) / watches];
  return {
    name: 'bytes of a watch, indexes included',
    value: watch + index,
    unit: '',
    detail: `${watch.toFixed(0)} of itself, ${index.toFixed(0)} of its row to match`,
  };
}
