import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface QuotaSettings {
  seed: number;
  /** How long the workers ask. */
  loadMs: number;
  outDir: string;
}

export const QUOTA_HELP = `npm run prove -- quota [options]
  --quick      about a minute instead of three: fewer faults
  --seed 7     the same seed makes the same plan of faults
  --out FOLDER where the result is written (.souk/prove)
Ends with 0 when no window at the upstream held more than its budget and at least 90 % of it was used.`;

/** @throws naming the option that is wrong; undefined when only the help is wanted */
export function readQuotaSettings(args: string[], root: string): QuotaSettings | undefined {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      seed: { type: 'string', default: '7' },
      out: { type: 'string', default: join(root, '.souk', 'prove') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const seed = Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw new Error(`--seed is a whole number from 0 to ${2 ** 32 - 1}\n${QUOTA_HELP}`);
  return { seed, loadMs: values.quick ? 42_000 : 125_000, outDir: resolve(values.out) };
}
