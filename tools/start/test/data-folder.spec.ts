import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWellFormedApiKey } from '@souk/contracts';
import { freePort } from '@souk/infra';
import { acquireLock } from '../src/lock.ts';
import { choosePorts } from '../src/ports.ts';
import { waitUntilReady } from '../src/readiness.ts';
import { readSecrets } from '../src/secrets.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'souk-start-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('acquireLock', () => {
  it('refuses a second start and names the first; releasing lets the next one in', () => {
    const release = acquireLock(dir);
    expect(() => acquireLock(dir)).toThrow(`Souk runs already on ${dir}: process ${process.pid} since`);
    release();
    acquireLock(dir)();
    expect(existsSync(join(dir, 'start.lock'))).toBe(false);
  });

  it('takes over from a process that is gone, even when another one has its number now', async () => {
    const other = spawn('sleep', ['60']);
    writeFileSync(
      join(dir, 'start.lock'),
      JSON.stringify({ pid: other.pid, birth: 'an earlier boot 12345', since: 'then' }),
    );
    acquireLock(dir)();
    other.kill();
    await once(other, 'exit');
    writeFileSync(join(dir, 'start.lock'), JSON.stringify({ pid: other.pid, birth: '', since: 'then' }));
    acquireLock(dir)();
    writeFileSync(join(dir, 'start.lock'), '{"pid": 1'); // cut off by a full disk
    acquireLock(dir)();
  });
});

describe('readSecrets', () => {
  it('makes them once, readable by the owner only, and adds what an older file lacks', () => {
    const made = readSecrets(dir);
    expect(isWellFormedApiKey(made.operatorKey) && isWellFormedApiKey(made.livePageKey)).toBe(true);
    expect(statSync(join(dir, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(readSecrets(dir)).toEqual(made);
    const { livePageKey: _, ...older } = made;
    writeFileSync(join(dir, 'secrets.json'), JSON.stringify(older));
    const again = readSecrets(dir);
    expect(again).toMatchObject(older);
    expect(isWellFormedApiKey(again.livePageKey)).toBe(true);
  });
});

describe('choosePorts', () => {
  it('keeps the ports of a data folder, replaces one that was taken, and never gives one twice', async () => {
    const names = ['gateway', 'nats', 'redis'] as const;
    const first = await choosePorts(dir, names);
    expect(new Set(Object.values(first)).size).toBe(3);
    expect(await choosePorts(dir, names)).toEqual(first);
    const intruder = createServer().listen(first.nats, '127.0.0.1');
    await once(intruder, 'listening');
    const second = await choosePorts(dir, names);
    expect(second).toMatchObject({ gateway: first.gateway, redis: first.redis });
    expect(second.nats).not.toBe(first.nats);
    await expect(choosePorts(dir, names, { gateway: first.nats })).rejects.toThrow(
      `port ${first.nats} for gateway is in use`,
    );
    intruder.close();
  });

  it('takes the port the user fixed', async () => {
    const port = await freePort();
    expect(await choosePorts(dir, ['gateway'], { gateway: port })).toEqual({ gateway: port });
    expect(JSON.parse(readFileSync(join(dir, 'ports.json'), 'utf8'))).toEqual({ gateway: port });
  });
});

describe('waitUntilReady', () => {
  it('waits through refusals until the answer is good, and tells the last answer when it never is', async () => {
    let answers = 0;
    const server = createServer((_, response) => {
      answers += 1;
      response.writeHead(answers > 2 ? 200 : 503).end('nats: connecting');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/readyz`;
    await waitUntilReady(url, 10_000);
    expect(answers).toBe(3);
    answers = -1_000_000;
    await expect(waitUntilReady(url, 1_000)).rejects.toThrow(/not ready within 1 s .*503 nats: connecting/);
    await expect(waitUntilReady(url, 60_000, () => true)).rejects.toThrow(/keeps ending/);
    server.closeAllConnections();
    server.close();
  });
});
