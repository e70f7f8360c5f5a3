/**
 * `npm run test:data`: what is recorded of the real world. First the readers alone, each project's
 * `test/*.conformance.ts`; then whole histories through the whole product. SOUK_TEST_DATA names the folder with the
 * sets (default ../shared/data); what is missing there is not checked.
 */
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensurePackages, runNode } from './pinned-node.mjs';

const checkout = resolve(import.meta.dirname, '../..');
process.env.SOUK_TEST_DATA = resolve(checkout, process.env.SOUK_TEST_DATA ?? '../shared/data');

ensurePackages(console.error);
const readers = globSync('{apps,libs,tools}/*/test/*.conformance.ts', { cwd: checkout }).toSorted();
const readersCode = await runNode(['--conditions=source', '--test', '--test-reporter=dot', ...readers]);
const productCode = process.argv.includes('--readers')
  ? 0
  : await runNode(['--conditions=source', 'tools/replay/test/conformance.ts']);
process.exitCode = readersCode || productCode;
