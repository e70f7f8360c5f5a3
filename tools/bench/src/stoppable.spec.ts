import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { Api } from './api.ts';
import { CalmWaits } from './storm-calm.ts';
import { stoppable } from './stoppable.ts';

const here = (name: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href);

/** Has a directory, posts prices by itself to nobody, and works on: as a storm does, until a signal comes. */
const storm = (directory: string): string => `
  import { mkdirSync, rmSync } from 'node:fs';
  import { setTimeout as delay } from 'node:timers/promises';
  import { createServer } from 'node:http';
  const { stoppable } = await import(${here('stoppable.ts')});
  const { Api } = await import(${here('api.ts')});
  const { CalmWaits } = await import(${here('storm-calm.ts')});
  await stoppable(async (begun) => {
    mkdirSync(${JSON.stringify(directory)});
    begun(async () => {
      await delay(100);
      rmSync(${JSON.stringify(directory)}, { recursive: true });
    });
    let posts = 0;
    const server = createServer((_, response) => {
      posts += 1;
      response.writeHead(202).end('{"accepted":1}');
    }).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    begun(async () => void server.closeAllConnections());
    const api = new Api('http://127.0.0.1:' + server.address().port, 'key');
    const interrupted = Promise.withResolvers();
    begun(async () => {
      interrupted.reject(new Error('the work was interrupted'));
      await api.close();
    });
    new CalmWaits(api, [{ product: 'calm', came: new Map() }]).start();
    while (posts < 2) await delay(10);
    console.log('under way');
    await interrupted.promise;
  });
`;

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends a storm in its midst without a trace',
  async (signal) => {
    const scratch = mkdtempSync(join(tmpdir(), 'stoppable-'));
    const directory = join(scratch, 'data');
    const args = ['--conditions=source', '--input-type=module', '--disable-warning=ExperimentalWarning'];
    const child = spawn(process.execPath, [...args, '--eval', storm(directory)], {
      cwd: import.meta.dirname,
    });
    const errors = text(child.stderr);
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    expect(existsSync(directory)).toBe(true);
    child.kill(signal);
    expect({ ended: await ended, errors: await errors }).toEqual({ ended: [130, null], errors: '' });
    expect(existsSync(directory)).toBe(false);
    rmSync(scratch, { recursive: true });
  },
  60_000,
);

it('a price that cannot be posted is told by whoever stops the posting', async () => {
  const api = new Api('http://127.0.0.1:1', 'key');
  await api.close();
  const waits = new CalmWaits(api, [{ product: 'calm', came: new Map() }]);
  waits.start();
  await expect(waits.stop()).rejects.toThrow('destroyed');
});

it('what was begun is stopped once, the newest first, also when one of them cannot be', async () => {
  const stopped: string[] = [];
  const listeners = process.listenerCount('SIGHUP');
  const said: unknown[] = [];
  const { error } = console;
  console.error = (...words: unknown[]) => void said.push(words);
  const answer = await stoppable(async (begun) => {
    begun(async () => void stopped.push('first'));
    begun(async () => {
      throw new Error('stuck');
    });
    begun(async () => void stopped.push('last'));
    return 7;
  }).finally(() => (console.error = error));
  expect({ answer, stopped }).toEqual({ answer: 7, stopped: ['last', 'first'] });
  expect(said).toHaveLength(1);
  expect(process.listenerCount('SIGHUP')).toBe(listeners);
});
