import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { historyKinds, type HistoryKind } from './read-history.ts';
import { maxBatchLines } from './replay.ts';

export interface ReplaySettings {
  path: string;
  as: HistoryKind;
  mode: 'live' | 'backfill';
  url: string;
  apiKey: string;
  /** Where the defects are listed; `-` is standard error. */
  reportPath: string;
  lanes: number;
  batchLines: number;
  /** Only for recordings that do not say when they were made. */
  observedAt?: string;
}

export const usage = `npm run replay -- PATH --as steam|aldi|pcparts|keepa|paapi5|changedetection|pricebuddy|ndjson

  PATH           a folder, its .tar.zst or .tar.gz archive; for ndjson, keepa and paapi5 a file (plain, .gz, .zst) or -
                 for standard input; for keepa and paapi5 also a folder of them; for changedetection a backup
                 (.zip, its folder, url-watches.json); for pricebuddy answers of its API or a CSV of prices
  --as KIND      how PATH is written
  --mode MODE    live (default: alerts are raised) or backfill (stored and scored, never alerts)
  --url --key    where to and with which API key; by default SOUK_URL, SOUK_API_KEY, or what npm start wrote
  --observed TIME  when answers of paapi5 were recorded, such as 2020-03-01T00:00:00Z
  --report FILE  lists every row that was not accepted; - is standard error (default: .souk/replay-KIND.txt)
  --lanes N      requests at a time, 1 to 16 (default 4)
  --batch N      lines per request, at most ${maxBatchLines} (default 5000)
`;

/** Reads the command line and its defaults; throws an error that says what to write. */
export async function replaySettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  checkout: string,
): Promise<ReplaySettings> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      as: text,
      mode: text,
      url: text,
      key: text,
      report: text,
      lanes: text,
      batch: text,
      observed: text,
    },
  });
  const path = positionals[0];
  if (path === undefined || positionals.length > 1) throw new Error(`Name one PATH.\n\n${usage}`);
  const kind = historyKinds.find((known) => known === values.as);
  if (kind === undefined) throw new Error(`--as must be one of ${historyKinds.join(', ')}.\n\n${usage}`);
  const mode = values.mode ?? 'live';
  if (mode !== 'live' && mode !== 'backfill') throw new Error('--mode must be live or backfill');
  const observedAt = observedTime(kind, values.observed);
  const dataDir = resolve(checkout, env.SOUK_DATA_DIR ?? '.souk');
  return {
    path: path === '-' ? path : resolve(env.INIT_CWD ?? '.', path),
    as: kind,
    mode,
    ...(await targetOf(
      values.url ?? env.SOUK_URL,
      values.key ?? env.SOUK_API_KEY,
      join(dataDir, 'run.json'),
    )),
    reportPath: values.report ?? join(dataDir, `replay-${kind}.txt`),
    lanes: whole('--lanes', values.lanes, 4, 16),
    batchLines: whole('--batch', values.batch, 5000, maxBatchLines),
    ...(observedAt !== undefined && { observedAt }),
  };
}

function observedTime(kind: HistoryKind, text: string | undefined): string | undefined {
  if (text === undefined && kind !== 'paapi5') return undefined;
  const timeMs = Date.parse(text ?? '');
  if (!Number.isNaN(timeMs)) return new Date(timeMs).toISOString();
  throw new Error('--observed must say when the answers were recorded, such as 2020-03-01T00:00:00Z');
}

async function targetOf(
  url: string | undefined,
  key: string | undefined,
  runPath: string,
): Promise<{ url: string; apiKey: string }> {
  if (url !== undefined && key !== undefined) return { url, apiKey: key };
  const run = await readFile(runPath, 'utf8').catch(() => {
    throw new Error(`Nothing runs here (no ${runPath}): run npm start first, or give --url and --key`);
  });
  const written = JSON.parse(run) as { url: string; apiKey: string };
  return { url: url ?? written.url, apiKey: key ?? written.apiKey };
}

function whole(name: string, value: string | undefined, byDefault: number, max: number): number {
  const number = Number(value ?? byDefault);
  if (Number.isInteger(number) && number >= 1 && number <= max) return number;
  throw new Error(`${name} must be a whole number from 1 to ${max}`);
}
