import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { historyKinds, type HistoryKind } from '@souk/replay';

export interface BacktestSettings {
  path: string;
  as: HistoryKind;
  /** Of the section and the result's file. */
  name: string;
  outDir: string;
  /** The document whose section is written anew; undefined: none. */
  document: string | undefined;
  observedAt: string | undefined;
  /** Only the products that settings may be chosen on. */
  onlyForChoosing: boolean;
  /** Readings count as they stand; else those that the service would not have believed stay out. */
  asTheyStand: boolean;
  /** So many percent of the readings are made wrong first. */
  poisonPercent: number;
  /** As it was called, for the report. */
  command: string;
}

export const usage = `npm run backtest -- PATH --as ${historyKinds.join('|')}

  PATH             as for npm run replay: a folder, an archive, a file, or - for standard input
  --as KIND        how PATH is written
  --name NAME      of the section and of the result's file (default: KIND)
  --docs           also writes the section of that name in docs/backtests.md
  --out FOLDER     where backtest-NAME.json goes (default: .souk)
  --observed TIME  when answers of paapi5 were recorded
  --choosing       only the half of the products that settings may be chosen on; figures to quote come without it
  --poison PERCENT makes so many readings wrong first (x 0.1, x 100, 0 ...), to see what comes of them
  --raw            takes all readings as they stand; else what contradicts a history counts when it was confirmed
`;

/** Reads the command line; throws an error that says what to write. */
export function backtestSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  checkout: string,
): BacktestSettings {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      as: text,
      name: text,
      out: text,
      observed: text,
      docs: { type: 'boolean' },
      choosing: { type: 'boolean' },
      raw: { type: 'boolean' },
      poison: text,
    },
  });
  const path = positionals[0];
  if (path === undefined || positionals.length > 1) throw new Error(`Name one PATH.\n\n${usage}`);
  const as = historyKinds.find((kind) => kind === values.as);
  if (as === undefined) throw new Error(`--as must be one of ${historyKinds.join(', ')}.\n\n${usage}`);
  const poisonPercent = Number(values.poison ?? 0);
  if (!(poisonPercent >= 0 && poisonPercent <= 50)) throw new Error('--poison must be a percentage up to 50');
  const name = values.name ?? as;
  if (!/^[\w.-]{1,40}$/.test(name)) throw new Error('--name must be a word of at most 40 characters');
  const base = env.INIT_CWD ?? '.';
  return {
    path: path === '-' ? path : resolve(base, path),
    as,
    name,
    outDir:
      values.out === undefined ? resolve(checkout, env.SOUK_DATA_DIR ?? '.souk') : resolve(base, values.out),
    document: values.docs ? resolve(checkout, 'docs/backtests.md') : undefined,
    observedAt: values.observed,
    onlyForChoosing: values.choosing ?? false,
    asTheyStand: values.raw ?? false,
    poisonPercent,
    command: `npm run backtest -- ${args.join(' ')}`,
  };
}
