import { type FieldProblem, MAX_TAGS, type WatchConditions, type WatchSettings } from '@souk/contracts';
import type { StoredWatch } from './stored-watch.ts';
import type { Subject } from './subjects.ts';

type Settings = Pick<
  StoredWatch,
  'name' | 'tags' | 'cooldownSeconds' | 'hysteresisPercent' | 'dailyCap' | 'snoozedUntil' | 'expiresAt'
>;

const NONE: Settings = {
  name: null,
  tags: [],
  cooldownSeconds: null,
  hysteresisPercent: null,
  dailyCap: null,
  snoozedUntil: null,
  expiresAt: null,
};

/** What a change asks for; null takes a setting back, what is not named stays. */
export type WatchChange = WatchSettings & {
  when?: WatchConditions | undefined;
  channels?: readonly string[] | undefined;
  paused?: boolean | undefined;
  addTags?: readonly string[] | undefined;
  removeTags?: readonly string[] | undefined;
};

/** A watch as a command describes it, with nothing bound that was not named. */
export function newWatch(
  command: WatchSettings & {
    accountId: string;
    watchId: string;
    when: WatchConditions;
    channels: readonly string[];
    paused?: boolean | undefined;
  },
  { named, target }: Pick<Subject, 'named' | 'target'>,
  createdAt: Date,
): StoredWatch {
  return {
    ...withSettings(NONE, command),
    id: command.watchId,
    accountId: command.accountId,
    source: named?.source ?? null,
    product: named?.product ?? null,
    target,
    productId: named?.productId ?? null,
    pinned: named?.pinned ?? false,
    conditions: command.when,
    channels: [...command.channels],
    paused: command.paused ?? false,
    createdAt,
  };
}

/** What is wrong with settings at present, by field. */
export const settingsProblems = ({ expiresAt }: WatchSettings, now: Date): FieldProblem[] =>
  typeof expiresAt === 'string' && new Date(expiresAt) <= now
    ? [{ field: 'expiresAt', problem: 'lies in the past: the watch would never speak' }]
    : [];

/** What is wrong with a watch after a change, by field. */
export const tagsProblems = (watch: StoredWatch): FieldProblem[] =>
  watch.tags.length > MAX_TAGS
    ? [{ field: 'addTags', problem: `would give it ${watch.tags.length} tags: at most ${MAX_TAGS}` }]
    : [];

/** The watch as it is after a change; `channels` are those of the change that exist. */
export function changedBy(watch: StoredWatch, change: WatchChange, channels: readonly string[]): StoredWatch {
  const settings = withSettings(watch, change);
  const removed = new Set(change.removeTags);
  const tags = [...settings.tags, ...(change.addTags ?? [])].filter((tag) => !removed.has(tag));
  return {
    ...watch,
    ...settings,
    tags: [...new Set(tags)],
    conditions: change.when ?? watch.conditions,
    channels: change.channels ? [...channels] : watch.channels,
    paused: change.paused ?? watch.paused,
  };
}

function withSettings(before: Settings, given: WatchSettings): Settings {
  const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));
  return {
    name: given.name === undefined ? before.name : given.name,
    tags: given.tags ? [...new Set(given.tags)] : before.tags,
    cooldownSeconds: given.cooldownSeconds === undefined ? before.cooldownSeconds : given.cooldownSeconds,
    hysteresisPercent:
      given.hysteresisPercent === undefined ? before.hysteresisPercent : given.hysteresisPercent,
    dailyCap: given.dailyCap === undefined ? before.dailyCap : given.dailyCap,
    snoozedUntil: given.snoozedUntil === undefined ? before.snoozedUntil : instant(given.snoozedUntil),
    expiresAt: given.expiresAt === undefined ? before.expiresAt : instant(given.expiresAt),
  };
}
