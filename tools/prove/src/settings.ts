import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const FAULT_KINDS = [
  ...(['kill', 'stop', 'term', 'restart', 'amnesia', 'link', 'full', 'chat'] as const),
  ...(['poison', 'duplicate', 'shuffle'] as const),
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Settings {
  minutes: number;
  seed: number;
  faults: readonly FaultKind[];
  /** Observations per second, all lanes together. */
  rate: number;
  /** Where the ledger and the result go. */
  outDir: string;
  keep: boolean;
  /** Planted bugs to run against instead; the product as it is comes along. */
  plants: readonly string[];
  /** All of them. */
  controls: boolean;
  /** Instead: parts of the product die at each of their awaits in turn. */
  crashPoints: boolean;
}

export const HELP = `npm run prove -- [options]
  --minutes 1      how long faults are injected under load
  --seed 7         the same seed makes the same load and the same plan of faults
  --faults ${FAULT_KINDS.join(',')}   which (all unless given)
  --rate 200       observations posted per second
  --out FOLDER     where ledger and result are written (.souk/prove)
  --plant a,b      run a short plan against the product as it is, and with each of these bugs planted
  --controls       the same with every bug; ends with 0 when each turned its row red
  --crash-points   let relay, consumer, charge capture and notifier die at each await in turn
  --keep           keep the data folder also when all is well
Ends with 0 when nothing was lost, doubled or unexpected and every planned fault took effect.`;

/** @throws naming the option that is wrong; undefined when only the help is wanted */
export function readSettings(args: string[], root: string): Settings | undefined {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: '7' },
      faults: { type: 'string', default: FAULT_KINDS.join(',') },
      rate: { type: 'string', default: '200' },
      out: { type: 'string', default: join(root, '.souk', 'prove') },
      keep: { type: 'boolean', default: false },
      plant: { type: 'string', default: '' },
      controls: { type: 'boolean', default: false },
      'crash-points': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const number = (name: 'minutes' | 'seed' | 'rate', low: number, high: number): number => {
    const value = Number(values[name]);
    if (!(value >= low && value <= high))
      throw new Error(`--${name} is a number from ${low} to ${high}\n${HELP}`);
    return value;
  };
  const faults = values.faults.split(',').filter(Boolean);
  const unknown = faults.find((kind) => !FAULT_KINDS.some((known) => known === kind));
  if (unknown) throw new Error(`there is no fault ${unknown}\n${HELP}`);
  return {
    minutes: number('minutes', 0.1, 1_440),
    seed: number('seed', 0, 2 ** 32 - 1),
    rate: number('rate', 1, 5_000),
    faults: faults as FaultKind[],
    outDir: resolve(values.out),
    keep: values.keep,
    plants: values.plant.split(',').filter(Boolean),
    controls: values.controls,
    crashPoints: values['crash-points'],
  };
}
