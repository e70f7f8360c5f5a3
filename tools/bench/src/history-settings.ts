import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** How much history is measured. */
export interface HistorySettings {
  points: number;
  /** Full histories and groups of 100 products that are read of each layout. */
  histories: number;
  groups: number;
  outDir: string;
}

export const HISTORY_HELP = `npm run bench -- history [options]
  --quick          500,000 points (10 million unless given)
  --points N       another number, from 100,000 to 100 million
  --out FOLDER     where the result is written (.souk/bench)
Ends with 0 when every goal is met.`;

const FULL_POINTS = 10_000_000;
const QUICK_POINTS = 500_000;

/** @throws naming the option that is wrong; undefined when only the help is wanted */
export function readHistorySettings(args: string[], root: string): HistorySettings | undefined {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      points: { type: 'string' },
      out: { type: 'string', default: join(root, '.souk', 'bench') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const points = Number(values.points ?? (values.quick ? QUICK_POINTS : FULL_POINTS));
  if (!Number.isInteger(points) || points < 100_000 || points > 100_000_000)
    throw new Error(`--points is a whole number from 100,000 to 100 million\n${HISTORY_HELP}`);
  return { points, histories: 500, groups: 30, outDir: resolve(values.out) };
}
