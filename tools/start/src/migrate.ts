/**
 * Runs every service's migrations in one process, from the built packages (so without the `source`
 * condition). Standard input: `{"<service>": "<url of the role that owns its schema>"}`.
 */
import { text } from 'node:stream/consumers';
import { type Migration, runMigrations } from '@souk/service';

const urls = JSON.parse(await text(process.stdin)) as Record<string, string>;
for (const [service, url] of Object.entries(urls)) {
  try {
    const { migrations } = (await import(`@souk/${service}/migrations`)) as {
      migrations: readonly Migration[];
    };
    const done = await runMigrations({ url, schema: service, migrations });
    for (const name of done) console.log(`${service}: ${name}`);
  } catch (error) {
    // the driver's own error holds the whole SQL text twice over: its message and place are what helps
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    const place = stack.split('\n').find((line) => line.includes('/migrations/'));
    console.error(`${service}: ${message}${place ? `\n${place}` : ''}`);
    process.exitCode = 1;
    break;
  }
}
