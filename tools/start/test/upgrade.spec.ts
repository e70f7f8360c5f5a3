import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { Credits } from '@souk/contracts';
import { backupCommand, RunningSouk, until } from './running-souk.ts';

const TIMEOUT_MS = 300_000;
/** In the backup. */
const ALERTS = 4;
interface List<T = Record<string, unknown>> {
  items: T[];
}

let dir: string;
let souk: RunningSouk | undefined;
afterEach(() => souk?.stop());
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'souk-upgrade-'));
  chmodSync(dir, 0o755);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(['landed-1', 'landed-2'])('a database of %s', (name) => {
  it(
    'is migrated with its data: prices, watches, alerts, channels, accounts and credits are there and go on',
    async () => {
      const dataDir = join(dir, name);
      const file = join(dir, `${name}.souk`);
      const landed = readFileSync(join(import.meta.dirname, 'upgrade', `${name}.souk.br`));
      writeFileSync(file, brotliDecompressSync(landed));
      souk = await RunningSouk.start(dataDir);
      await souk.stop();
      await backupCommand('restore', dataDir, file);
      souk = await RunningSouk.start(dataDir);

      expect(await souk.pricesOf('steam', '730')).toHaveLength(120);
      const tea = await souk.pricesOf('tea-shop', 'assam');
      expect([tea.length, tea[0], tea.at(-1)]).toEqual([120, '9.00', '7.81']);
      const watches = await souk.call<List<{ id: string; product: { product: string } }>>('/v1/watches');
      expect(watches.items).toHaveLength(5);
      expect((await souk.call<List>('/v1/alerts?limit=100')).items).toHaveLength(ALERTS);
      expect((await souk.call<List>('/v1/channels')).items).toHaveLength(2);
      expect((await souk.call<List>('/v1/quarantine?judgedBy=history')).items).toHaveLength(2);
      expect((await souk.call<List>('/v1/accounts')).items).toHaveLength(3);
      // one of them had used a credit of its 5,000, and held some of the others
      const grant = { accountId: '0e70d292-ddd8-56a2-aab8-7f4e552d501f', credits: 1, reason: 'an upgrade' };
      const left = await souk.call<Credits>('/v1/credits/grants', grant);
      expect([left.available + left.held, left.used]).toEqual([5_000, 1]);

      // yesterday's watches fire on today's prices, and know the prices before
      await souk.post('tea-shop', 'assam', '5.00', '2026-06-01T08:00:00Z');
      const alerts = await until(async () => {
        const { items } = await souk!.call<List<{ reason: string }>>('/v1/alerts?limit=100');
        return items.length > ALERTS ? items : undefined;
      });
      expect(alerts[0]?.reason).toContain('5.00');
      expect(await souk.pricesOf('tea-shop', 'assam')).toHaveLength(121);
    },
    TIMEOUT_MS,
  );
});
