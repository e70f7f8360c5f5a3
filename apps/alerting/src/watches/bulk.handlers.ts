import { Controller } from '@nestjs/common';
import { Answer, Bus } from '@souk/bus';
import { ChangeWatches, type FieldProblem, MAX_BULK_WATCHES, type ResponseOf } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import { invalid } from '../invalid.ts';
import { readConditions } from './conditions.ts';
import { changedBy, settingsProblems, tagsProblems } from './settings.ts';
import type { StoredWatch } from './stored-watch.ts';
import { WatchBinder } from './watch-binder.ts';
import { WatchStore } from './watch.store.ts';
import { WatchWriter } from './watch-writer.ts';

/** Changes or deletes many watches in one transaction; what would make no sense of one leaves that one as it is. */
@Controller()
export class BulkHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly watches: WatchStore,
    private readonly writer: WatchWriter,
    private readonly binder: WatchBinder,
  ) {}

  @Answer(ChangeWatches)
  async change(request: z.output<typeof ChangeWatches.request>): Promise<ResponseOf<typeof ChangeWatches>> {
    const { accountId, ids, tag, patch } = request;
    if ((ids === undefined) === (tag === undefined))
      throw invalid({ field: 'ids', problem: 'give either ids or a tag' });
    if ((patch === undefined) === (request.delete === undefined))
      throw invalid({ field: 'patch', problem: 'give either a patch or delete' });
    const late = settingsProblems(patch ?? {}, this.clock.now());
    if (late.length > 0) throw invalid(...prefixed(late));
    const { chosen, more } = await this.choose(request);
    const before = await this.database.read([accountId], (tx) => this.watches.getMany(tx, accountId, chosen));
    const result = await this.bus.transaction([accountId], async (unit) => {
      await this.writer.lockListings(unit.tx, before);
      const locked = await this.watches.lockMany(
        unit.tx,
        before.map(({ id }) => id),
      );
      if (request.delete) {
        await this.writer.delete(unit, locked);
        return { changed: locked, rejected: [] };
      }
      const checked = await this.writer.checkChannels(unit.tx, accountId, patch!.channels ?? []);
      if ('problems' in checked) throw invalid(...prefixed(checked.problems));
      const wanted = locked.map((watch) => changedBy(watch, patch!, checked.channels));
      const judged = wanted.map((watch) => ({
        watch,
        problems: [...problemsOf(watch), ...tagsProblems(watch)],
      }));
      const good = judged.filter(({ problems }) => problems.length === 0).map(({ watch }) => watch);
      return {
        changed: await this.writer.update(unit, good, new Map()),
        rejected: judged
          .filter(({ problems }) => problems.length > 0)
          .map(({ watch, problems }) => ({ watchId: watch.id, problems: prefixed(problems) })),
      };
    });
    if (patch?.paused === false || patch?.when) await this.binder.bindFound(result.changed);
    const found = new Set(before.map(({ id }) => id));
    return {
      changed: result.changed.length,
      notFound: chosen.filter((id) => !found.has(id)),
      rejected: result.rejected,
      more,
    };
  }

  private async choose({
    accountId,
    ids,
    tag,
  }: z.output<typeof ChangeWatches.request>): Promise<{ chosen: string[]; more: boolean }> {
    if (tag === undefined) return { chosen: [...new Set(ids)], more: false };
    const tagged = await this.database.read([accountId], (tx) =>
      this.watches.idsWithTag(tx, accountId, tag, MAX_BULK_WATCHES + 1),
    );
    return { chosen: tagged.slice(0, MAX_BULK_WATCHES), more: tagged.length > MAX_BULK_WATCHES };
  }
}

const prefixed = (problems: readonly FieldProblem[]): FieldProblem[] =>
  problems.map(({ field, problem }) => ({ field: `patch.${field}`, problem }));

function problemsOf({ conditions }: StoredWatch): FieldProblem[] {
  const read = readConditions(conditions);
  return 'problems' in read ? read.problems : [];
}
