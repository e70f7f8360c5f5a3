import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readOptions } from '../src/options.ts';
import type { Product } from '../src/product.ts';

const TIMEOUT_MS = 300_000;
const { root } = readOptions([], {});
const run = promisify(execFile);
const hour = (n: number): string => new Date(Date.UTC(2026, 5, 1, n)).toISOString();

let dir: string;
let receiver: Receiver;
const children: ChildProcess[] = [];
beforeAll(async () => {
  receiver = await startReceiver();
  dir = mkdtempSync(join(tmpdir(), 'souk-backup-'));
  chmodSync(dir, 0o755);
});
afterAll(async () => {
  receiver.server.close();
  for (const child of children) {
    if (child.exitCode !== null) continue;
    child.kill('SIGINT');
    await once(child, 'exit');
  }
  rmSync(dir, { recursive: true, force: true });
});

async function until<T>(fact: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 120_000; ; await delay(50)) {
    const found = await fact();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error('it did not become true within 120 s');
  }
}

/** The launcher as people run it, on a data folder; what it says of itself is read anew at every use. */
async function startSouk(dataDir: string): Promise<() => Product> {
  const child = spawn(process.execPath, [join(root, 'tools/start/bootstrap.mjs'), '--no-sandbox'], {
    env: { ...process.env, SOUK_DATA_DIR: dataDir, SOUK_WEBHOOK_ALLOW: '127.0.0.1/32' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output.includes('Souk is ready:') || child.exitCode !== null || undefined);
  expect(output).toContain('Souk is ready:');
  return () => JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as Product;
}

const command = (verb: 'backup' | 'restore', dataDir: string, file: string) =>
  run(process.execPath, [join(root, 'tools/scripts/run.mjs'), 'tools/start/src/backup/main.ts', verb, file], {
    cwd: root,
    env: { ...process.env, SOUK_DATA_DIR: dataDir },
  });

async function call<T>({ url, apiKey }: Product, path: string, body?: string): Promise<T> {
  const type = path === '/v1/observations' ? 'application/x-ndjson' : 'application/json';
  const response = await fetch(new URL(path, url), {
    headers: { authorization: `Bearer ${apiKey}`, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { method: 'POST', body }),
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

const post = (product: Product, code: string, price: string, observedAt: string): Promise<unknown> =>
  call(
    product,
    '/v1/observations',
    JSON.stringify({ source: 'shop', product: code, price, currency: 'EUR', observedAt }),
  );

async function pricesOf(product: Product, code: string): Promise<string[]> {
  const found = await call<{ items: { id: string }[] }>(
    product,
    `/v1/products?source=shop&product=${encodeURIComponent(code)}`,
  );
  if (!found.items[0]) return [];
  const history = await call<{ points: { price: string }[] }>(
    product,
    `/v1/products/${found.items[0].id}/history`,
  );
  return history.points.map(({ price }) => price);
}

type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** Records the prices it was told of; answers 503 while it is `closed`. */
async function startReceiver() {
  const told: { price: string; repeat: boolean }[] = [];
  const state = { closed: false, refused: 0 };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (state.closed) {
        state.refused += 1;
        response.writeHead(503).end();
        return;
      }
      const message = JSON.parse(body) as { data: { price: string; possibleRepeat?: true } };
      told.push({ price: message.data.price, repeat: message.data.possibleRepeat ?? false });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { told, state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

describe('backup and restore', () => {
  it(
    'bring a running product back to the moment of the backup, and no alert is sent again',
    async () => {
      const dataDir = join(dir, 'data');
      const file = join(dir, 'souk.backup');
      const souk = await startSouk(dataDir);
      const { id } = await call<{ id: string }>(
        souk(),
        '/v1/channels',
        JSON.stringify({ type: 'webhook', url: receiver.url }),
      );
      const when = {
        product: { source: 'shop', product: 'tea' },
        when: { dropPercent: 10 },
        channels: [id],
      };
      await call(souk(), '/v1/watches', JSON.stringify(when));
      await post(souk(), 'tea', '10.00', hour(1));
      await post(souk(), 'tea', '8.00', hour(2));
      await until(() => receiver.told.length === 1 || undefined);
      // this one cannot be delivered before the backup, but is before the restore
      receiver.state.closed = true;
      await post(souk(), 'tea', '6.00', hour(3));
      await until(() => receiver.state.refused > 0 || undefined);

      await command('backup', dataDir, file);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      receiver.state.closed = false;
      await until(() => receiver.told.length === 2 || undefined);
      await post(souk(), 'tea', '4.00', hour(4));
      await until(() => receiver.told.length === 3 || undefined);
      await until(async () => (await pricesOf(souk(), 'tea')).length === 4 || undefined);

      const { stdout } = await command('restore', dataDir, file);
      expect(stdout).toContain('restored; Souk runs again');
      expect(await pricesOf(souk(), 'tea')).toEqual(['10.00', '8.00', '6.00']);
      // what is posted now comes after everything that the restored product still had to do for this product
      await post(souk(), 'tea', '3.00', hour(5));
      await until(() => receiver.told.length > 3 || undefined);
      expect(receiver.told).toEqual(
        ['8.00', '6.00', '4.00', '3.00'].map((price) => ({ price, repeat: false })),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'bring everything to another installation that is not running, key included',
    async () => {
      const elsewhere = join(dir, 'elsewhere');
      const soukThere = await startSouk(elsewhere);
      const keyBefore = soukThere().apiKey;
      children.at(-1)!.kill('SIGINT');
      await once(children.at(-1)!, 'exit');

      const { stdout } = await command('restore', elsewhere, join(dir, 'souk.backup'));
      expect(stdout).toContain('restored; start it with npm start');
      const again = await startSouk(elsewhere);
      expect(again().apiKey).not.toBe(keyBefore);
      expect(await pricesOf(again(), 'tea')).toEqual(['10.00', '8.00', '6.00']);
      // nobody here can know whether it was sent in the meantime: once more, and marked
      await until(() => receiver.told.length > 4 || undefined);
      expect(receiver.told.slice(4)).toEqual([{ price: '6.00', repeat: true }]);
    },
    TIMEOUT_MS,
  );

  it('leave everything as it is when the file is none of ours', async () => {
    const file = join(dir, 'not-a-backup');
    writeFileSync(file, 'hello');
    await expect(command('restore', join(dir, 'elsewhere'), file)).rejects.toMatchObject({
      stderr: expect.stringContaining('is not a backup of Souk'),
    });
  });
});
