import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readOptions } from '../src/options.ts';
import type { Product } from '../src/product.ts';

const { root } = readOptions([], {});
const run = promisify(execFile);

/** Waits until the fact is there; a busy product may ask to come again. */
export async function until<T>(fact: () => T | undefined | Promise<T | undefined>): Promise<T> {
  let last: unknown;
  for (const end = Date.now() + 120_000; ; await delay(50)) {
    const found = await Promise.try(fact).catch((error: unknown) => void (last = error));
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error('it did not become true within 120 s', { cause: last });
  }
}

/** `npm start` as people run it, without the sandbox shop, on a data folder. */
export class RunningSouk {
  private constructor(
    private readonly child: ChildProcess,
    private readonly dataDir: string,
  ) {}

  static async start(dataDir: string): Promise<RunningSouk> {
    const child = spawn(process.execPath, [join(root, 'tools/start/bootstrap.mjs'), '--no-sandbox'], {
      env: { ...process.env, SOUK_DATA_DIR: dataDir, SOUK_WEBHOOK_ALLOW: '127.0.0.1/32' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await until(() => output.includes('Souk is ready:') || child.exitCode !== null || undefined);
    if (!output.includes('Souk is ready:')) throw new Error(`it did not start:\n${output}`);
    return new RunningSouk(child, dataDir);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGINT');
    await once(this.child, 'exit');
  }

  /** Address and key, as the running product says now. */
  get product(): Product {
    return JSON.parse(readFileSync(join(this.dataDir, 'run.json'), 'utf8')) as Product;
  }

  /** A call of the public API by the operator: GET without a body, POST with one. */
  async call<T>(path: string, body?: object): Promise<T> {
    const { url, apiKey } = this.product;
    const response = await fetch(new URL(path, url), {
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Posts one price in EUR. */
  post(source: string, product: string, price: string, observedAt: string): Promise<unknown> {
    return this.call('/v1/observations', [{ source, product, price, currency: 'EUR', observedAt }]);
  }

  /** All prices of a listing, oldest first. */
  async pricesOf(source: string, product: string): Promise<string[]> {
    const found = await this.call<{ items: { id: string }[] }>(
      `/v1/products?source=${source}&product=${product}`,
    );
    if (!found.items[0]) return [];
    const history = await this.call<{ points: { price: string }[] }>(
      `/v1/products/${found.items[0].id}/history?limit=1000`,
    );
    return history.points.map(({ price }) => price);
  }
}

/** `npm run backup` or `npm run restore`. */
export const backupCommand = (verb: 'backup' | 'restore', dataDir: string, file: string) =>
  run(process.execPath, [join(root, 'tools/scripts/run.mjs'), 'tools/start/src/backup/main.ts', verb, file], {
    cwd: root,
    env: { ...process.env, SOUK_DATA_DIR: dataDir },
  });
