import type { Progress } from '@souk/start';
import { meterCpu } from './cpu-meter.ts';
import { runFloor } from './floor/floor.ts';
import type { FloorResult } from './floor/messages.ts';
import type { FloorServers } from './floor/servers.ts';
import { ChargeMeasurement, type ChargeRound, plainCharges } from './measure-charges.ts';
import { LatencyMeasurement, type LatencyRound } from './measure-latency.ts';
import { LookupMeasurement, type LookupRound } from './measure-lookups.ts';
import { PipelineMeasurement, type PipelineRound } from './measure-pipeline.ts';
import { PostingMeasurement, type PostingRound } from './measure-posting.ts';
import { ReadMeasurement, type ReadRound } from './measure-reads.ts';
import type { MeasuredProduct } from './product.ts';
import type { Measurement, Settings } from './settings.ts';

/** Floor and product of the same moment, by round; none of what was not to be measured. */
export interface Rounds {
  pipeline: { floor: FloorResult; product: PipelineRound }[];
  latency: { floor: FloorResult; product: LatencyRound }[];
  reads: { floor: ReadRound; product: ReadRound }[];
  charges: { floor: ChargeRound; product: ChargeRound }[];
  posting: PostingRound[];
  lookups: LookupRound[];
  /** The pipeline of the same moment in one process for each service, and in two of everything that consumes. */
  replicas: Record<'one' | 'two', Scaled[]>;
  /** The pipeline again, by what has grown; each beside a floor of the same moment. Empty in a quick run. */
  scale: Record<'fewWatches' | 'manyWatches' | 'littleHistory' | 'longHistory', Scaled[]>;
  /** Share of the machine that others took, by step. */
  others: Record<string, number>;
}

export interface Scaled {
  floor: FloorResult;
  product: PipelineRound;
}

/** The floor as fast as it goes, one event a message. */
export const PLAIN = { perMessage: 1, batch: 500, inFlight: 4_000, ratePerSecond: 0, lingerMs: 2 };
const AT_RATE = { ...PLAIN, batch: 200, ratePerSecond: 1_000, lingerMs: 1 };
/** Until V8 has compiled what is hot: the first observations cost twice as much. */
const WARM_UP = 20_000;
/** Prices of each product in a round before and after it has a history: few, so that it has none before. */
const PRICES_A_ROUND = 2;

/** Floor, product, floor, product, so that a slow moment of the machine meets both. */
async function alternate<Floor, Product>(
  rounds: number,
  floor: () => Promise<Floor>,
  product: () => Promise<Product>,
): Promise<{ floor: Floor; product: Product }[]> {
  const pairs: { floor: Floor; product: Product }[] = [];
  for (let round = 0; round < rounds; round += 1)
    pairs.push({ floor: await floor(), product: await product() });
  return pairs;
}

export async function measureAll(
  settings: Settings,
  product: MeasuredProduct,
  floor: FloorServers,
  progress: Progress,
): Promise<Rounds> {
  const { rounds } = settings;
  const others: Rounds['others'] = {};
  const step = async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
    const used = meterCpu({});
    const value = await progress.step(name, work);
    others[name] = used().othersShare;
    return value;
  };
  const pipeline = new PipelineMeasurement(product, settings.products);
  const latency = new LatencyMeasurement(product);
  const reads = new ReadMeasurement(product);
  const charges = new ChargeMeasurement(product);
  const posting = new PostingMeasurement(product);
  const lookups = new LookupMeasurement(product);
  const aging = new PipelineMeasurement(product, settings.products, 'bench-history');
  const besideFloor = (measured = pipeline, observations = settings.observations): Promise<Scaled[]> =>
    alternate(
      rounds,
      () => runFloor(floor, { ...PLAIN, events: settings.floorEvents }),
      () => measured.round(observations),
    );
  const ofAging = (): Promise<Scaled[]> => besideFloor(aging, settings.products * PRICES_A_ROUND);
  const { only } = settings;
  const when = async <Round>(name: Measurement, work: () => Promise<Round[]>): Promise<Round[]> =>
    only.includes(name) ? step(name, work) : [];
  const isPipeline = only.includes('pipeline');
  const isScaled = isPipeline && settings.manyWatches > settings.watches;
  try {
    if (isPipeline || only.includes('look-ups') || only.includes('reads'))
      await step(`${settings.products} products, as many watches`, () => pipeline.prepare(settings.products));
    if (isPipeline) await step('warming up', () => pipeline.round(WARM_UP));
    const scale: Rounds['scale'] = { fewWatches: [], manyWatches: [], littleHistory: [], longHistory: [] };
    if (isScaled) {
      scale.fewWatches = await step('few watches', () => besideFloor());
      await step(`${settings.products} products for the history`, () => aging.prepare(settings.products));
      scale.littleHistory = await step('little history', ofAging);
    }
    if (isPipeline) await step(`${settings.watches} watches`, () => pipeline.watch(settings.watches));
    const measured = {
      pipeline: await when('pipeline', () => besideFloor()),
      latency: await when('latency', async () => {
        await latency.prepare();
        await latency.round(1);
        const events = AT_RATE.ratePerSecond * settings.latencySeconds;
        return alternate(
          rounds,
          () => runFloor(floor, { ...AT_RATE, events }),
          () => latency.round(settings.latencySeconds),
        );
      }),
      reads: await when('reads', async () => {
        await reads.prepare();
        await reads.bare(settings.reads / 4, 1);
        await reads.gateway(settings.reads / 4, 1);
        return alternate(
          rounds,
          () => reads.bare(settings.reads, settings.readSeconds),
          () => reads.gateway(settings.reads, settings.readSeconds),
        );
      }),
      posting: await when('posting', async () => {
        await posting.round(1);
        const measurements: PostingRound[] = [];
        for (let round = 0; round < rounds; round += 1)
          measurements.push(await posting.round(settings.posts));
        return measurements;
      }),
      lookups: await when('look-ups', async () => {
        await lookups.prepare(settings.products, settings.lookups);
        const measurements: LookupRound[] = [];
        for (let round = 0; round < rounds; round += 1)
          measurements.push(await lookups.round(settings.readSeconds));
        return measurements;
      }),
      charges: await when('charges', async () => {
        await charges.prepare();
        await charges.round(settings.charges / 10);
        return alternate(
          rounds,
          () => plainCharges(floor.postgresUrl, settings.plainCharges),
          () => charges.round(settings.charges),
        );
      }),
    };
    if (isScaled) {
      await step(`${settings.history} points a product`, () => aging.fillHistory(settings.history));
      await step('histories are loaded', () => aging.round(settings.products));
      scale.longHistory = await step('long history', ofAging);
      await step(`${settings.manyWatches} watches`, () => pipeline.watch(settings.manyWatches));
      scale.manyWatches = await step('many watches', () => besideFloor());
      await aging.check();
    }
    const replicas: Rounds['replicas'] = { one: isScaled ? scale.manyWatches : measured.pipeline, two: [] };
    if (isPipeline) {
      await step('second replicas', () => product.replicate());
      await step('warming them up', () => pipeline.round(WARM_UP));
      replicas.two = await step('two replicas', () => besideFloor());
      await pipeline.check();
    }
    if (only.includes('charges')) await charges.check();
    return { ...measured, scale, replicas, others };
  } finally {
    reads.close();
    await lookups.close();
    await posting.close();
    await latency.close();
    await pipeline.close();
    await aging.close();
  }
}
