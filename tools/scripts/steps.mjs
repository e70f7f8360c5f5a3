/** Runs commands one after the other, each announced, and remembers which failed. */
import { spawn } from 'node:child_process';
import { environment, root } from './pinned-node.mjs';

export function steps() {
  const results = [];
  return {
    results,
    passed: () => results.filter(({ good }) => good).length,
    failed: () => results.filter(({ good }) => !good).length,
    /** Resolves with whether the command ended well; its output goes straight through. */
    async run(name, command, args, env = {}) {
      const started = performance.now();
      console.log(`\n== ${name}`);
      const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...environment(), ...env } });
      const code = await new Promise((resolve) => {
        child.once('error', (error) => {
          console.error(error.message);
          resolve(1);
        });
        child.once('exit', resolve);
      });
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`== ${name}: ${code === 0 ? 'passed' : 'FAILED'} (${seconds} s)`);
      results.push({ name, good: code === 0 });
      return code === 0;
    },
  };
}
