/** Jest on the pinned Node with ES modules, from the root of the workspace: `jest.mjs [folder or pattern …]`. */
import { join } from 'node:path';
import { root, runNode } from './pinned-node.mjs';

const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
process.exitCode = await runNode([
  ...flags,
  jest,
  '--config',
  join(root, 'jest.config.js'),
  ...process.argv.slice(2),
]);
