import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODULE = new URL('leftovers.ts', import.meta.url).href;

/** A process that makes sure its folder goes with it, and then does what it is told to. */
async function run(folder: string, then: string): Promise<ChildProcess> {
  const script = `const { removeIfKilled } = await import('${MODULE}');
    const keep = removeIfKilled('${folder}'); console.log('ready'); ${then}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

const folderWithData = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'souk-leftovers-'));
  writeFileSync(join(folder, 'data'), 'something');
  return folder;
};

async function until(fact: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !fact(); await new Promise((resolve) => setTimeout(resolve, 50)))
    if (Date.now() > end) throw new Error('it did not become true within 20 s');
}

describe('what a run leaves behind', () => {
  it('is nothing when it is killed', async () => {
    const folder = folderWithData();
    const child = await run(folder, 'setInterval(() => undefined, 1000);');
    child.kill('SIGKILL');
    await until(() => !existsSync(folder));
  });

  it('is gone only when nothing uses it any more', async () => {
    const folder = folderWithData();
    const user = spawn('sh', ['-c', 'read -r line', 'user', folder], { stdio: ['pipe', 'ignore', 'ignore'] });
    const child = await run(folder, 'setInterval(() => undefined, 1000);');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(existsSync(folder)).toBe(true);
    user.stdin.end('done\n');
    await until(() => !existsSync(folder));
  });
});
