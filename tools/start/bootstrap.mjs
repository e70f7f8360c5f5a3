/**
 * `npm start`. Plain JavaScript for whatever Node (>= 20) there is: installs the packages, then hands over
 * to src/main.ts on the pinned Node, which runs TypeScript as it is.
 */
import { ensurePackages, runNode } from '../scripts/pinned-node.mjs';

const started = Date.now();
ensurePackages((line) => console.log(`[ 0.0 s] ${line}`));
const options = { SOUK_STARTED_AT: String(started) };
Object.assign(process.env, options);
process.exitCode = await runNode([
  '--conditions=source',
  'tools/start/src/main.ts',
  ...process.argv.slice(2),
]);
