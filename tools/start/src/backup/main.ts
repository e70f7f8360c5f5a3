/** `npm run backup -- FILE` and `npm run restore -- FILE`, whether the product runs or not. */
import { resolve } from 'node:path';
import { acquireLock, lockHolder } from '../lock.ts';
import { readOptions } from '../options.ts';
import { backup } from './backup.ts';
import { runningDatabase, withDatabaseAlone } from './database-access.ts';
import { forgetCopies, load, swapIn } from './restore.ts';
import { requestRestore } from './restore-request.ts';

const HELP = `npm run backup -- FILE     writes everything Souk knows into one file
npm run restore -- FILE    puts it back; what happened since is lost, but no alert is sent again
                           (at sources that Souk reads itself, a drop since the backup may be found and told
                           once more: the history that knew of it is lost)
Both work while Souk runs and while it does not. The file holds secrets: keep it like a password.
Variables: SOUK_DATA_DIR, SOUK_POSTGRES_URL (as for npm start).`;

async function main(verb: string | undefined, args: readonly string[]): Promise<void> {
  const [file, ...rest] = args;
  if (file === undefined || file.startsWith('-') || rest.length > 0) {
    console.log(HELP);
    if (file !== '--help') process.exitCode = 1;
    return;
  }
  const options = readOptions([], process.env);
  const holder = lockHolder(options.dataDir);
  const exclusively = async <T>(work: (adminUrl: string) => Promise<T>): Promise<T> => {
    const unlock = acquireLock(options.dataDir);
    try {
      return await withDatabaseAlone(options, work);
    } finally {
      unlock();
    }
  };
  if (verb === 'backup') {
    const write = (adminUrl: string): Promise<number> => backup(options, adminUrl, file);
    const bytes = await (holder ? write(runningDatabase(options)) : exclusively(write));
    console.log(`${file}: ${(bytes / 1e6).toFixed(1)} MB. It holds secrets: keep it like a password.`);
  } else if (holder) {
    console.log(`Souk runs (process ${holder.pid}): it loads the backup, then stops for a moment …`);
    await requestRestore(options.dataDir, holder.pid, resolve(file));
    console.log('restored; Souk runs again');
  } else {
    await exclusively(async (adminUrl) => {
      await swapIn(options, adminUrl, await load(options, adminUrl, file));
      forgetCopies(options);
    });
    console.log('restored; start it with npm start');
  }
}

try {
  await main(process.argv[2], process.argv.slice(3));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
