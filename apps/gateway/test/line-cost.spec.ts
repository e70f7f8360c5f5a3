import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

describe('cutting a body into lines', () => {
  it('costs less than six times what parsing its lines costs', async () => {
    // A process of its own: the counters of a coverage run would be measured as well.
    const script = fileURLToPath(new URL('line-cost.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', script], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const costs = JSON.parse(stdout) as { lines: number; array: number };
    expect(costs.lines).toBeLessThan(6);
    expect(costs.array).toBeLessThan(6);
  });
});
