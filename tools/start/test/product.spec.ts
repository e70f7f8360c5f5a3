import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPortFree } from '@souk/infra';
import { readOptions } from '../src/options.ts';
import { prepareDataDir, type Product, removeData, startProduct } from '../src/product.ts';
import { progressSince } from '../src/progress.ts';
import { Supervisor } from '../src/supervisor.ts';
import { until } from './running-souk.ts';

const TIMEOUT_MS = 240_000;
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'souk-product-'));
  chmodSync(dir, 0o755);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ask = async <T>({ url, apiKey }: Product, path: string): Promise<T> => {
  const headers = { authorization: `Bearer ${apiKey}` };
  const response = await fetch(new URL(path, url), { headers, signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
};

describe('the product on one machine', () => {
  it(
    'starts from an empty folder to a first alert, repairs itself, keeps its data and stops completely',
    async () => {
      const said: string[] = [];
      const progress = progressSince(Date.now(), (text) => said.push(text.trim()));
      const options = readOptions([], { SOUK_DATA_DIR: join(dir, 'data') });
      const supervisor = new Supervisor(progress.say);
      prepareDataDir(options, progress);
      const product = await startProduct(options, supervisor, progress);
      try {
        await until(
          async () => (await ask<{ items: unknown[] }>(product, '/v1/alerts?limit=1')).items.length > 0,
        );

        const ended = (): string | undefined =>
          said.find((line) => line.includes('scoring ended (killed by SIGKILL)'));
        process.kill(supervisor.pidOf('scoring'), 'SIGKILL');
        await until(
          () => ended() !== undefined && said.some((line) => line.includes('scoring was started again')),
        );
      } finally {
        await supervisor.stopAll();
      }
      const ports = JSON.parse(readFileSync(join(options.dataDir, 'ports.json'), 'utf8')) as Record<
        string,
        number
      >;
      for (const port of Object.values(ports)) expect(await isPortFree(port)).toBe(true);
      expect(existsSync(join(options.dataDir, 'seeded.json'))).toBe(true);
      removeData(options, progress);
      expect(existsSync(join(options.dataDir, 'secrets.json'))).toBe(false);
    },
    TIMEOUT_MS,
  );
});

describe('npm start', () => {
  /** The launcher as people run it; resolves once its output has the text. */
  async function start(
    env: Record<string, string>,
    text: string,
  ): Promise<{ child: ChildProcess; output: () => string }> {
    const { root } = readOptions([], {});
    const args = [join(root, 'tools/start/bootstrap.mjs')];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await until(() => output.includes(text) || child.exitCode !== null);
    return { child, output: () => output };
  }

  it(
    'prints an address and a key, refuses a second start, and ends with 0 on Ctrl-C',
    async () => {
      const env = { SOUK_DATA_DIR: join(dir, 'command') };
      const first = await start(env, 'Souk is ready:');
      const runFile = join(env.SOUK_DATA_DIR, 'run.json');
      expect(first.output()).toContain('Souk is ready:');
      expect(statSync(runFile).mode & 0o777).toBe(0o600);
      const run = JSON.parse(readFileSync(runFile, 'utf8')) as Product;
      expect(first.output()).toContain(run.apiKey);
      expect(await ask(run, '/v1/products?limit=1')).toHaveProperty('items');

      const second = await start(env, 'runs already');
      expect(second.output()).toMatch(/Souk runs already on .*: process \d+ since/);
      if (second.child.exitCode === null) await once(second.child, 'exit');
      expect(second.child.exitCode).toBe(1);

      first.child.kill('SIGINT');
      await once(first.child, 'exit');
      expect(first.child.exitCode).toBe(0);
      expect(existsSync(runFile)).toBe(false);
    },
    TIMEOUT_MS,
  );
});
