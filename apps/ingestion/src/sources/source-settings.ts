import { Currency, ProductCode, SourceName, SourcePolicy } from '@souk/contracts';
import { ConfigError } from '@souk/service';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** One source as the operator describes it; `config` is the adapter's. */
export const SourceEntry = z.strictObject({
  source: SourceName,
  /** One of the kinds in adapters.ts. */
  adapter: z.string(),
  /** A value `{"env": "NAME"}` stands for the variable's, so that no secret is written here. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** Account whose budget the calls use; the source's own name unless given. */
  upstream: SourceName.optional(),
  /** From the beginning of one cycle to the next. */
  intervalMs: z.int().min(100).max(2_592_000_000).default(600_000),
  /** How often its canaries are asked for. */
  canaryIntervalMs: z.int().min(100).max(86_400_000).default(600_000),
  /** Stricter or looser than the adapter's own. */
  policy: SourcePolicy.partial().strict().optional(),
  /** Of several sources of an item the lowest is asked first; its place in the list unless given. */
  order: z.int().min(0).max(1_000_000).optional(),
  /** Products that are known to be there: the source has failed when they are not. */
  canaries: z.array(ProductCode).max(10).default([]),
  /** The only currencies it sells in; a price in another one is set apart. */
  currencies: z.array(Currency).min(1).max(20).optional(),
  /** A run with fewer than this share of the last one's products is set apart as a whole. */
  minimumShare: z.number().min(0).max(1).default(0.5),
});
export type SourceEntry = z.output<typeof SourceEntry>;

const Entries = z
  .array(SourceEntry)
  .max(1_000)
  .refine((entries) => new Set(entries.map(({ source }) => source)).size === entries.length, {
    error: 'names a source twice',
  });

/** Reads SOUK_SOURCES: a JSON list, or the path of a file with one. Throws ConfigError, without any value. */
export function readSourceSettings(setting: string | undefined): SourceEntry[] {
  if (setting === undefined) return [];
  const entries = Entries.safeParse(parsed(setting.trimStart().startsWith('[') ? setting : fileOf(setting)));
  if (entries.success) return entries.data;
  const problems = entries.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.')} ${message}`,
  );
  throw wrong(problems.join('; '));
}

/** Replaces `{"env": "NAME"}` by the variable's value; what is not set is named in `missing`. */
export function withSecrets(
  value: unknown,
  secretOf: (name: string) => string | undefined,
  missing: string[],
): unknown {
  if (Array.isArray(value)) return value.map((one) => withSecrets(one, secretOf, missing));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === 'env' && typeof first[1] === 'string') {
    const secret = secretOf(first[1]);
    if (secret === undefined) missing.push(first[1]);
    return secret;
  }
  return Object.fromEntries(entries.map(([name, one]) => [name, withSecrets(one, secretOf, missing)]));
}

function fileOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw wrong(`the file cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('is not JSON');
  }
}

export const wrong = (problem: string): ConfigError =>
  new ConfigError([{ variable: 'SOUK_SOURCES', problem }]);
