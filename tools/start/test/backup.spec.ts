import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backupCommand, RunningSouk, until } from './running-souk.ts';

const TIMEOUT_MS = 300_000;
const nothing = (): undefined => undefined;
const hour = (n: number): string => new Date(Date.UTC(2026, 5, 1, n)).toISOString();

let dir: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
const started: RunningSouk[] = [];
beforeAll(async () => {
  receiver = await startReceiver();
  dir = mkdtempSync(join(tmpdir(), 'souk-backup-'));
  chmodSync(dir, 0o755);
});
afterAll(async () => {
  receiver.server.close();
  for (const souk of started) await souk.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function start(dataDir: string): Promise<RunningSouk> {
  const souk = await RunningSouk.start(dataDir);
  started.push(souk);
  return souk;
}

const alertsOf = async (souk: RunningSouk): Promise<{ price: string }[]> =>
  (await souk.call<{ items: { price: string }[] }>('/v1/alerts?limit=100')).items;

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
      const souk = await start(dataDir);
      const { id } = await souk.call<{ id: string }>('/v1/channels', { type: 'webhook', url: receiver.url });
      const product = { source: 'shop', product: 'tea' };
      await souk.call('/v1/watches', { product, when: { dropPercent: 10 }, channels: [id] });
      // one that speaks once an hour: what it remembers and what it said come from the same moment
      const seldom = { product: { source: 'shop', product: 'cocoa' }, cooldownSeconds: 3_600 };
      await souk.call('/v1/watches', { ...seldom, when: { dropPercent: 10 }, channels: [id] });
      await souk.post('shop', 'cocoa', '10.00', hour(1));
      await souk.post('shop', 'tea', '10.00', hour(1));
      await souk.post('shop', 'tea', '8.00', hour(2));
      await until(() => receiver.told.length === 1 || undefined);
      // this one cannot be delivered before the backup, but is before the restore
      receiver.state.closed = true;
      await souk.post('shop', 'tea', '6.00', hour(3));
      await until(() => receiver.state.refused > 0 || undefined);

      await backupCommand('backup', dataDir, file);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      receiver.state.closed = false;
      await until(() => receiver.told.length === 2 || undefined);
      await souk.post('shop', 'tea', '4.00', hour(4));
      await until(() => receiver.told.length === 3 || undefined);
      await until(async () => (await souk.pricesOf('shop', 'tea')).length === 4 || undefined);
      // raised after the backup, and not delivered before the restore
      receiver.state.closed = true;
      const refused = receiver.state.refused;
      await souk.post('shop', 'cocoa', '7.00', hour(2));
      await until(() => receiver.state.refused > refused || undefined);

      const restoring = backupCommand('restore', dataDir, file);
      await until(() => fetch(`${souk.product.url}/docs`).then(nothing, () => true));
      receiver.state.closed = false;
      const { stdout } = await restoring;
      expect(stdout).toContain('restored; Souk runs again');
      expect(await souk.pricesOf('shop', 'tea')).toEqual(['10.00', '8.00', '6.00']);
      // who posts again what is lost raises the same alert
      await souk.post('shop', 'tea', '4.00', hour(4));
      await souk.post('shop', 'cocoa', '7.00', hour(2));
      await until(async () => (await souk.pricesOf('shop', 'cocoa')).length === 2 || undefined);
      expect((await alertsOf(souk)).map(({ price }) => price)).toEqual(
        expect.arrayContaining(['8.00', '7.00', '6.00', '4.00']),
      );
      // what is posted now comes after everything that the restored product still had to do for this product
      await souk.post('shop', 'tea', '3.00', hour(5));
      await until(() => receiver.told.length > 4 || undefined);
      const sentOnce = (prices: string[]) => prices.map((price) => ({ price, repeat: false }));
      expect(receiver.told.slice(0, 3)).toEqual(sentOnce(['8.00', '6.00', '4.00']));
      expect(new Set(receiver.told.slice(3))).toEqual(new Set(sentOnce(['7.00', '3.00'])));
    },
    TIMEOUT_MS,
  );

  it(
    'bring everything to another installation that is not running, key included',
    async () => {
      const elsewhere = join(dir, 'elsewhere');
      const before = await start(elsewhere);
      const keyBefore = before.product.apiKey;
      await before.stop();

      const { stdout } = await backupCommand('restore', elsewhere, join(dir, 'souk.backup'));
      expect(stdout).toContain('restored; start it with npm start');
      const souk = await start(elsewhere);
      expect(souk.product.apiKey).not.toBe(keyBefore);
      expect(await souk.pricesOf('shop', 'tea')).toEqual(['10.00', '8.00', '6.00']);
      // nobody here can know whether it was sent in the meantime: once more, and marked
      await until(() => receiver.told.length > 5 || undefined);
      expect(receiver.told.slice(5)).toEqual([{ price: '6.00', repeat: true }]);
    },
    TIMEOUT_MS,
  );

  it('leave everything as it is when the file is none of ours', async () => {
    const file = join(dir, 'not-a-backup');
    writeFileSync(file, 'hello');
    await expect(backupCommand('restore', join(dir, 'elsewhere'), file)).rejects.toMatchObject({
      stderr: expect.stringContaining('is not a backup of Souk'),
    });
  });
});
