/** Runs within an instrumented service and kills it at the boundary that is asked for. Only copies hold it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Where a service dies: at a boundary, once it has begun or ended, within one of these pieces of work. */
export interface Point {
  boundary: string;
  when: 'begun' | 'ended';
  scopes: readonly string[];
}

const file = (kind: string): URL => new URL(`./${kind}-${process.env.SOUK_SERVICE}.json`, import.meta.url);
const work = new AsyncLocalStorage<string>();
let armed = read();

function read(): Point | undefined {
  return existsSync(file('armed')) ? (JSON.parse(readFileSync(file('armed'), 'utf8')) as Point) : undefined;
}

process.on('SIGUSR2', () => {
  armed = read();
  writeFileSync(file('heard'), JSON.stringify({ pid: process.pid, point: armed }));
});

export const within = <T>(scope: string, body: () => Promise<T>): Promise<T> => work.run(scope, body);

export async function cross<T>(boundary: string, value: T | Promise<T>): Promise<T> {
  reach(boundary, 'begun');
  const result = await value;
  reach(boundary, 'ended');
  return result;
}

function reach(boundary: string, when: Point['when']): void {
  if (armed?.boundary !== boundary || armed.when !== when) return;
  if (!armed.scopes.includes(work.getStore() ?? '')) return;
  rmSync(file('armed'), { force: true });
  writeFileSync(file('crashed'), JSON.stringify({ pid: process.pid, point: armed, at: Date.now() }));
  process.kill(process.pid, 'SIGKILL');
}
