import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { Answer, Bus, type QueryContext } from '@souk/bus';
import { ImportWatches, type Product, Refusal, type ResponseOf } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import { v5 as uuidV5 } from 'uuid';
import type { z } from 'zod';
import { invalid } from '../../invalid.ts';
import { readConditions } from '../conditions.ts';
import { newWatch, settingsProblems } from '../settings.ts';
import type { StoredWatch } from '../stored-watch.ts';
import { WatchBinder } from '../watch-binder.ts';
import { WatchStore } from '../watch.store.ts';
import { FOREIGN_CHANNEL, WatchWriter } from '../watch-writer.ts';
import { type LineProblem, type ReadFile } from './draft.ts';
import { readWatchCsv } from './read-csv.ts';
import { readChangedetection, readPriceBuddy, readWatchJson } from './read-others.ts';
import { SubjectsOfFile } from './subjects-of-file.ts';

const MAX_LINES = 5_000;
const MAX_SEARCHES = 100;
const AT_ONCE = 500;
const MAX_PROBLEMS = 1_000;

const READERS = {
  csv: readWatchCsv,
  json: readWatchJson,
  changedetection: readChangedetection,
  pricebuddy: readPriceBuddy,
} satisfies Record<string, (text: string) => ReadFile>;

/** Makes watches of a file: every line is checked before the first is made. */
@Controller()
export class ImportHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly watches: WatchStore,
    private readonly writer: WatchWriter,
    private readonly binder: WatchBinder,
    private readonly subjects: SubjectsOfFile,
  ) {}

  @Answer(ImportWatches)
  async import(
    @Payload() request: z.output<typeof ImportWatches.request>,
    @Ctx() context: QueryContext,
  ): Promise<ResponseOf<typeof ImportWatches>> {
    const text = new TextDecoder().decode(context.body);
    const file = READERS[request.format](text);
    if (file.drafts.length > MAX_LINES)
      throw new Refusal('invalid', `at most ${MAX_LINES} watches in one file: split it`);
    const { watches, known, problems } = await this.check(request, file);
    const rejected = problems.toSorted((a, b) => a.line - b.line).slice(0, MAX_PROBLEMS);
    if (request.dryRun) {
      const existing = await this.countMade(request.accountId, watches);
      return { created: 0, wouldCreate: watches.length - existing, existing, watchIds: [], rejected };
    }

    const made: StoredWatch[] = [];
    for (let from = 0; from < watches.length; from += AT_ONCE) {
      const part = watches.slice(from, from + AT_ONCE);
      made.push(
        ...(await this.bus.transaction([request.accountId], (unit) => this.writer.insert(unit, part, known))),
      );
    }
    await this.binder.bindFound(made);
    return {
      created: made.length,
      existing: watches.length - made.length,
      watchIds: made.map(({ id }) => id),
      rejected,
    };
  }

  /** How many of these an earlier attempt has made. */
  private countMade(accountId: string, watches: readonly StoredWatch[]): Promise<number> {
    const ids = watches.map(({ id }) => id);
    return this.database.read(
      [accountId],
      async (tx) => (await this.watches.getMany(tx, accountId, ids)).length,
    );
  }

  /** What every line means; those that mean nothing are told, each with its field. */
  private async check(
    { accountId, importId, channels }: z.output<typeof ImportWatches.request>,
    file: ReadFile,
  ): Promise<{
    watches: StoredWatch[];
    known: ReadonlyMap<string, Product>;
    problems: LineProblem[];
  }> {
    const problems = [...file.problems];
    const now = this.clock.now();
    const named = [...new Set(file.drafts.flatMap(({ draft }) => draft.channels ?? []))];
    const foreign = await this.bus.transaction([accountId], async ({ tx }) => {
      const checked = await this.writer.checkChannels(tx, accountId, channels);
      if ('problems' in checked) throw invalid(...checked.problems);
      return this.writer.foreignChannels(tx, accountId, named);
    });
    const { subjects, known } = await this.subjects.resolve(
      accountId,
      file.drafts.map(({ draft }) => draft),
    );
    let searches = 0;
    const watches = file.drafts.flatMap(({ line, draft }, place) => {
      const found = subjects[place]!;
      const own: LineProblem[] = 'field' in found ? [{ line, ...found }] : [];
      own.push(...settingsProblems(draft, now).map((problem) => ({ line, ...problem })));
      const listing = 'field' in found ? undefined : known.get(found.named?.productId ?? '');
      const read = readConditions(draft.when, listing?.offers[0]?.currency);
      if ('problems' in read) own.push(...read.problems.map((problem) => ({ line, ...problem })));
      const wanted = draft.channels ?? channels;
      for (const [at, channel] of wanted.entries())
        if (foreign.has(channel)) own.push({ line, field: `channels.${at}`, problem: FOREIGN_CHANNEL });
      if (draft.query && (searches += 1) > MAX_SEARCHES)
        own.push({ line, field: 'query', problem: `at most ${MAX_SEARCHES} searches in one file` });
      problems.push(...own);
      if (own.length > 0 || 'field' in found) return [];
      const watchId = uuidV5(`${line}\n${place}`, importId);
      return newWatch({ ...draft, accountId, watchId, channels: [...new Set(wanted)] }, found, now);
    });
    return { watches, known, problems };
  }
}
