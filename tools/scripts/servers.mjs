/** Makes sure that the servers the tests need are there (or a Docker engine is), with a line on what is used. */
import { ensureServers } from '@souk/infra';
import { root } from './pinned-node.mjs';
import { getContainerRuntimeClient } from 'testcontainers';

const mode = process.env.SOUK_TEST_INFRA ?? 'auto';
const answers = async () => (await getContainerRuntimeClient().catch(() => undefined)) !== undefined;
if (mode === 'docker' || (mode === 'auto' && (await answers()))) {
  console.log('PostgreSQL, NATS and Redis in containers');
} else {
  const binaries = await ensureServers({ root, progress: (line) => console.log(line) });
  for (const { path, version } of Object.values(binaries)) console.log(`${path} ${version}`);
}
