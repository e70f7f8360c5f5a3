import { GetExchangeRates } from '@souk/contracts';
import type { World } from '@souk/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingestionWorld } from './ingestion-world.ts';

describe('exchange rates', () => {
  let world: World;
  let server: Server;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'souk-rates-'));
    writeFileSync(
      join(folder, 'history.csv'),
      'Date,USD,INR,\n2026-11-20,1.07,N/A,\n2026-11-13,1.05,91.5,\n2020-01-03,1.11,80.25,\n',
    );
    server = createServer((request, response) => {
      if (request.url === '/daily.xml')
        response.end(`<Cube><Cube time='2026-11-23'><Cube currency='USD' rate='1.0812'/></Cube></Cube>`);
      else response.writeHead(503).end('<html>Service unavailable</html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const places = [`${base}/broken.xml`, join(folder, 'history.csv'), `${base}/daily.xml`];
    world = await ingestionWorld({ SOUK_EXCHANGE_RATES: places.join(' ') });
    await world.until(async () => (await ratesOf('2026-11-23')) !== null);
  });
  afterAll(async () => {
    await world.stop();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ratesOf = async (day: string) => (await world.ask(GetExchangeRates, { day })).exchangeRates;

  it('of a day are those of that day, or of the last business day before it', async () => {
    expect(await ratesOf('2026-11-20')).toMatchObject({
      day: '2026-11-20',
      base: 'EUR',
      rates: { USD: '1.07' },
    });
    expect(await ratesOf('2026-11-22')).toMatchObject({ day: '2026-11-20' });
    expect(await ratesOf('2020-01-05')).toMatchObject({ day: '2020-01-03', rates: { INR: '80.25' } });
  });

  it('are never made up: no currency without a rate that day, no day more than a week later', async () => {
    expect((await ratesOf('2026-11-20'))?.rates).not.toHaveProperty('INR');
    expect(await ratesOf('2020-01-11')).toBeNull();
    expect(await ratesOf('1998-01-01')).toBeNull();
  });

  it('come from the files that can be read when another one cannot', async () => {
    expect(await ratesOf('2026-11-23')).toMatchObject({ rates: { USD: '1.0812' } });
  });
});
