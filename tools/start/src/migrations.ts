import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/**
 * Brings every schema up to date, all in one child process; answers what was run.
 * @throws with what the failing migration said
 */
export async function migrate(
  root: string,
  ownerUrls: Record<string, string>,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const child = spawn(process.execPath, [join(root, 'tools/start/src/migrate.ts')], {
    cwd: root,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined); // it ended before reading: its exit code says why
  child.stdin.end(JSON.stringify(ownerUrls));
  const [done, problems, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`the migrations failed:\n${problems.trim().slice(-3_000)}`);
  return done.split('\n').filter(Boolean);
}
