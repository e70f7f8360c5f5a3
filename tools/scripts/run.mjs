/** Runs one of our TypeScript tools with what it needs installed: `run.mjs tools/replay/src/main.ts [arguments]`. */
import { ensurePackages, runNode } from './pinned-node.mjs';

ensurePackages(console.error);
process.exitCode = await runNode(['--conditions=source', ...process.argv.slice(2)]);
