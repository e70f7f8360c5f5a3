import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStreamLimits, type StreamLimits } from '@souk/contracts';

/** What the command line and the environment ask for. */
export interface Options {
  root: string;
  dataDir: string;
  fresh: boolean;
  /** The simulated shop, its history and its watches. */
  sandbox: boolean;
  port: number | undefined;
  host: string;
  streams: StreamLimits;
  external: { postgres?: string; nats?: string; redis?: string };
}

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

export const HELP = `npm start [-- options]
  --fresh       begin anew: remove all data first (downloaded servers stay)
  --no-sandbox  without the simulated shop, its price history and its watches
  --help        this text
Variables: SOUK_PORT (gateway, a free port unless given), SOUK_HOST (127.0.0.1), SOUK_DATA_DIR (.souk),
SOUK_POSTGRES_URL, SOUK_NATS_URL, SOUK_REDIS_URL (running servers instead of private ones).`;

/** @throws naming the option or variable that is wrong */
export function readOptions(args: readonly string[], env: Record<string, string | undefined>): Options {
  const known = ['--fresh', '--no-sandbox', '--help'];
  const unknown = args.find((arg) => !known.includes(arg));
  if (unknown) throw new Error(`unknown option ${unknown}\n${HELP}`);
  const number = (name: string, low: number, high: number): number | undefined => {
    if (!env[name]) return undefined;
    const value = Number(env[name]);
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new Error(`${name} must be a whole number from ${low} to ${high}`);
    }
    return value;
  };
  const given = Object.entries({
    postgres: env.SOUK_POSTGRES_URL,
    nats: env.SOUK_NATS_URL,
    redis: env.SOUK_REDIS_URL,
  }).filter(([, url]) => url);
  return {
    root: ROOT,
    dataDir: resolve(env.SOUK_DATA_DIR || join(ROOT, '.souk')),
    fresh: args.includes('--fresh'),
    sandbox: !args.includes('--no-sandbox'),
    port: number('SOUK_PORT', 1, 65_535),
    host: env.SOUK_HOST || '127.0.0.1',
    streams: readStreamLimits(env),
    external: Object.fromEntries(given),
  };
}
