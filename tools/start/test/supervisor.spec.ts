import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lastLines, rotateLog, startProcess } from '../src/service-process.ts';
import { restartDelayMs, Supervisor } from '../src/supervisor.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'souk-supervisor-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function until(fact: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !fact(); await delay(10)) {
    if (Date.now() > end) throw new Error('it did not become true within 15 s');
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const program = (name: string, script: string) => () =>
  startProcess({
    name,
    args: ['-e', script],
    env: { NAME: name, DIR: dir },
    cwd: dir,
    logFile: join(dir, `${name}.log`),
  });
/** Says its number, then lives until it is told to end; each end is noted in one common file. */
const OBEDIENT = `console.log(process.pid); setInterval(() => {}, 1000);
  process.on('SIGTERM', () => { require('node:fs').appendFileSync(process.env.DIR + '/ends', process.env.NAME + ' '); process.exit(0); });`;
const hasStarted = (name: string): boolean =>
  existsSync(join(dir, `${name}.log`)) && /\d/.test(lastLines(join(dir, `${name}.log`), 1));

describe('restartDelayMs', () => {
  it('doubles from half a second and never exceeds 30 s', () => {
    expect([1, 2, 3, 4, 7, 100].map(restartDelayMs)).toEqual([500, 1000, 2000, 4000, 30_000, 30_000]);
  });
});

describe('Supervisor', () => {
  it('starts a process that was killed again, and says both', async () => {
    const said: string[] = [];
    const supervisor = new Supervisor((line) => said.push(line));
    const first = await supervisor.keep('scoring', 1, program('scoring', OBEDIENT));
    process.kill(first.pid, 'SIGKILL');
    await until(() => said.length === 2);
    expect(said[0]).toBe('scoring ended (killed by SIGKILL): starting it again in 0.5 s');
    const pid = Number(/^scoring was started again \(process (\d+)\)$/.exec(said[1] ?? '')?.[1]);
    expect(isAlive(pid)).toBe(true);
    await supervisor.stopAll();
    expect(isAlive(pid)).toBe(false);
  });

  it('counts ends in a row, so that a hopeless start can be given up', async () => {
    const supervisor = new Supervisor(() => undefined);
    await supervisor.keep('scoring', 1, program('scoring', 'process.exit(3)'));
    await until(() => supervisor.crashesOf('scoring') === 2);
    await supervisor.stopAll();
  });

  it('stops group by group and starts nothing afterwards', async () => {
    const supervisor = new Supervisor(() => undefined);
    for (const [name, group] of [
      ['server', 2],
      ['service', 1],
      ['gateway', 0],
    ] as const) {
      await supervisor.keep(name, group, program(name, OBEDIENT));
      await until(() => hasStarted(name));
    }
    await supervisor.stopAll();
    expect(readFileSync(join(dir, 'ends'), 'utf8')).toBe('gateway service server ');
    await expect(supervisor.keep('late', 1, program('late', OBEDIENT))).rejects.toThrow('stopping');
    expect(existsSync(join(dir, 'late.log'))).toBe(false);
  });
});

describe('rotateLog', () => {
  it('keeps the log of the last run beside the new one', async () => {
    for (const run of ['first', 'second']) {
      rotateLog(join(dir, 'a.log'));
      await (
        await program('a', `console.log('${run}')`)()
      ).exited;
    }
    expect(lastLines(join(dir, 'a.log'), 5)).toBe('second');
    expect(lastLines(join(dir, 'a.log.1'), 5)).toBe('first');
  });
});
