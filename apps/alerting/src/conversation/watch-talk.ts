import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import {
  ChangeWatches,
  DeleteWatch,
  GetWatch,
  MAX_BULK_WATCHES,
  Refusal,
  UpdateWatch,
} from '@souk/contracts';
import type { Words } from '@souk/words';
import type { ListItem } from './reply.ts';
import { type Answered, choice, chooses, says, type Turn } from './turn.ts';
import { type NamedWatch, WatchFinder } from './watch-finder.ts';
import { watchLabels } from './watch-labels.ts';
import { meansAll, snoozeHours } from './wish.ts';

const PAGE = 5;
const CHOICES = 8;
const HOUR_MS = 3_600_000;

export type Deed = 'stop' | 'pause' | 'resume' | 'snooze' | 'explain';

/** Lists watches, and does with them what is said. */
@Injectable()
export class WatchTalk {
  constructor(
    private readonly bus: Bus,
    private readonly watches: WatchFinder,
  ) {}

  async list({ input: { accountId } }: Turn, page: number, isTurned: boolean): Promise<Answered> {
    const all = await this.watches.all(accountId);
    if (all.length === 0) return says('watches.none');
    const pages = Math.ceil(all.length / PAGE);
    const at = Math.min(page, pages - 1);
    return {
      blocks: [
        {
          kind: 'list',
          title: { key: 'watches.title' },
          items: all.slice(at * PAGE, (at + 1) * PAGE).map(watchItem),
          page: at,
          of: pages,
          ...(at > 0 && { previous: { do: 'watches', page: at - 1 } as const }),
          ...(at + 1 < pages && { next: { do: 'watches', page: at + 1 } as const }),
        },
      ],
      replaces: isTurned,
    };
  }

  /** What the sentence means, done at once or asked for: everything, one watch, or one of several. */
  async said(turn: Turn, deed: Deed, text: string, words: Words): Promise<Answered> {
    const hours = snoozeHours(text, turn.now);
    if (
      meansAll(text) &&
      words.product === null &&
      (deed === 'stop' || deed === 'pause' || deed === 'resume')
    )
      return this.all(turn, deed);
    const meant = await this.watches.meant(turn, words.product ?? words.category);
    const [first, ...others] = meant;
    if (!first) return says('watches.none');
    if (others.length === 0) return this.perform(turn, deed, first, hours);
    const shown = meant.slice(0, CHOICES);
    return {
      blocks: [
        {
          kind: 'question',
          text: { key: 'watches.which' },
          choices: watchLabels(shown).map((label, option) => ({ label, action: chooses(turn, option) })),
        },
      ],
      memory: {
        pending: { kind: 'watches', watchIds: shown.map(({ watch }) => watch.id), then: deed, hours },
      },
    };
  }

  async byId(turn: Turn, deed: Deed | 'stop-now', watchId: string, hours = 24): Promise<Answered> {
    const { accountId } = turn.input;
    const { watch } = await this.bus.ask(GetWatch, { accountId, watchId }).catch(goneOrThrow);
    if (!watch) return says('watches.gone');
    const [named] = await this.watches.named(accountId, [watch]);
    return this.perform(turn, deed, named!, hours);
  }

  /** Deletes every watch: asked for and confirmed. */
  async stopAll({ input: { accountId } }: Turn): Promise<Answered> {
    const ids = (await this.watches.all(accountId)).map(({ watch }) => watch.id);
    if (ids.length === 0) return says('watches.none');
    const { changed } = await this.bus.ask(ChangeWatches, { accountId, ids, delete: true });
    return says('watches.stopped-all', { count: changed });
  }

  private async all(turn: Turn, deed: 'stop' | 'pause' | 'resume'): Promise<Answered> {
    const { accountId } = turn.input;
    const ids = (await this.watches.all(accountId)).map(({ watch }) => watch.id);
    if (ids.length === 0) return says('watches.none');
    if (deed === 'stop') {
      return {
        blocks: [
          {
            kind: 'confirmation',
            text: { key: 'watches.stop-all', values: { count: ids.length } },
            yes: choice('button.yes', chooses(turn, 0)),
            no: choice('button.no', { do: 'cancel' }),
          },
        ],
        memory: { pending: { kind: 'stop-all' } },
      };
    }
    const isPause = deed === 'pause';
    const { changed } = await this.bus.ask(ChangeWatches, {
      accountId,
      ids: ids.slice(0, MAX_BULK_WATCHES),
      patch: { paused: isPause, ...(!isPause && { snoozedUntil: null }) },
    });
    return says(isPause ? 'watches.paused-all' : 'watches.resumed-all', { count: changed });
  }

  private async perform(
    { input: { accountId }, now }: Turn,
    deed: Deed | 'stop-now',
    { watch, name: title }: NamedWatch,
    hours: number,
  ): Promise<Answered> {
    const watchId = watch.id;
    const memory = { watchId, ...(watch.productId !== null && { productId: watch.productId }) };
    switch (deed) {
      case 'explain':
        return { blocks: [{ kind: 'explanation', watchId }], memory };
      case 'stop':
        return {
          blocks: [
            {
              kind: 'confirmation',
              text: { key: 'watches.stop', values: { title } },
              yes: choice('button.yes', { do: 'stop-now', watchId }),
              no: choice('button.no', { do: 'cancel' }),
            },
          ],
          memory,
        };
      case 'stop-now':
        await this.bus.ask(DeleteWatch, { accountId, watchId });
        return says('watches.stopped', { title });
      case 'snooze': {
        const until = new Date(now.getTime() + hours * HOUR_MS).toISOString();
        await this.bus.ask(UpdateWatch, { accountId, watchId, snoozedUntil: until });
        return { ...says('watches.snoozed', { title, until: { at: until } }), memory };
      }
      case 'pause':
        await this.bus.ask(UpdateWatch, { accountId, watchId, paused: true });
        return { ...says('watches.paused', { title }), memory };
      case 'resume':
        await this.bus.ask(UpdateWatch, { accountId, watchId, paused: false, snoozedUntil: null });
        return { ...says('watches.resumed', { title }), memory };
    }
  }
}

function goneOrThrow(error: unknown): { watch: undefined } {
  if (error instanceof Refusal && error.code === 'not-found') return { watch: undefined };
  throw error;
}

function watchItem({ watch, name }: NamedWatch): ListItem {
  const watchId = watch.id;
  const { paused, snoozedUntil, when } = watch;
  const isSnoozed = watch.state === 'snoozed';
  const resume = choice('button.resume', { do: 'resume', watchId });
  return {
    kind: 'watch',
    watchId,
    productId: watch.productId,
    name,
    when,
    paused,
    ...(isSnoozed && snoozedUntil && { snoozedUntil }),
    choices: [
      choice('button.explain', { do: 'explain', watchId }),
      paused ? resume : choice('button.pause', { do: 'pause', watchId }),
      isSnoozed ? resume : choice('button.snooze', { do: 'snooze', watchId, hours: 24 }),
      choice('button.stop', { do: 'stop', watchId }),
    ],
  };
}
