/** `npm run dead-letters`: what failed for good, and another try for it. */
import { readOptions } from '@souk/start';
import { type Command, HELP, readCommand } from './command.ts';
import { type DeadLetterDesk, openDesk } from './desk.ts';
import { entranceOf } from './place.ts';
import { detailsOf, type Placed, tableOf } from './table.ts';

const SEARCHED_AT_MOST = 10_000;

async function lettersOf(desk: DeadLetterDesk, command: Command, atMost: number): Promise<Placed[]> {
  const perService = await Promise.all(
    command.services.map(async (service) =>
      (await desk.list(service, atMost)).map((letter) => ({ ...letter, service })),
    ),
  );
  return perService
    .flat()
    .sort((a, b) => b.failedAt.localeCompare(a.failedAt))
    .slice(0, atMost);
}

async function run(desk: DeadLetterDesk, command: Command): Promise<void> {
  if (command.verb === 'list') {
    const letters = await lettersOf(desk, command, command.limit);
    console.log(letters.length > 0 ? tableOf(letters) : 'no dead letters');
  } else if (command.verb === 'show') {
    const letters = await lettersOf(desk, command, SEARCHED_AT_MOST);
    const found = letters.filter(({ id }) => command.ids.includes(id));
    console.log(found.map(detailsOf).join('\n\n'));
    const missing = command.ids.filter((id) => !found.some((letter) => letter.id === id));
    if (missing.length > 0) throw new Error(`not among the dead letters: ${missing.join(', ')}`);
  } else {
    const missing = new Set(command.ids);
    for (const service of command.services) {
      const { replayed, ids } = await desk.replay(service, command.all ? undefined : command.ids);
      for (const id of ids) missing.delete(id);
      if (replayed > 0 || command.services.length === 1)
        console.log(`${service}: ${replayed} handed over again`);
    }
    console.log('done; what fails again comes back to the list within a minute');
    if (missing.size > 0)
      throw new Error(
        `handed over before, or never there: ${[...missing].join(', ')} (npm run dead-letters -- list)`,
      );
  }
}

async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2));
  if (!command) return console.log(HELP);
  const options = readOptions([], process.env);
  const { server, password } = entranceOf(options.dataDir, options.external.nats);
  const desk = await openDesk(server, password);
  try {
    await run(desk, command);
  } finally {
    await desk.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
