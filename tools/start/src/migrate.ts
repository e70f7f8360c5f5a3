/**
 * Runs every service's migrations in one process, from the built packages (so without the `source`
 * condition). Standard input: `{"<service>": "<url of the role that owns its schema>"}`.
 */
import { text } from 'node:stream/consumers';
import { type Migration, runMigrations } from '@souk/service';

const urls = JSON.parse(await text(process.stdin)) as Record<string, string>;
for (const [service, url] of Object.entries(urls)) {
  const { migrations } = (await import(`@souk/${service}/migrations`)) as {
    migrations: readonly Migration[];
  };
  const done = await runMigrations({ url, schema: service, migrations });
  for (const name of done) console.log(`${service}: ${name}`);
}
