import { newId, type DataOf, type UsageRecorded } from '@souk/contracts';

export type UsageRecord = Omit<DataOf<typeof UsageRecorded>, 'more'>;

/** One successful answer. */
export interface Used {
  accountId: string;
  keyId: string;
  operation: string;
  count: number;
  credits: number;
  holdId?: string;
  /** What it was about: a product id, `source:product`, or the words searched for. */
  subjects: readonly string[];
}

const MAX_SUBJECTS = 100;
const MAX_SUBJECT_LENGTH = 200;
const MAX_GROUPS = 10_000;

interface Group extends Omit<Used, 'subjects'> {
  subjects: Set<string>;
  fromMs: number;
  toMs: number;
}

/** Uses of one interval, added up by key, operation and lease. Bounded: beyond, a use is not counted. */
export class UsageGroups {
  /** By key, which belongs to one account: each has a few, so that looking through them costs less than a name of all parts. */
  private readonly groups = new Map<string, Group[]>();
  private size = 0;

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** False when there is no room for it. `nowMs` in Unix milliseconds. */
  add(used: Used, nowMs: number): boolean {
    const group = this.find(used) ?? this.begin(used, nowMs);
    if (!group) return false;
    group.count += used.count;
    group.credits += used.credits;
    group.toMs = nowMs;
    for (const subject of used.subjects) {
      if (group.subjects.size >= MAX_SUBJECTS) break;
      group.subjects.add(subject.slice(0, MAX_SUBJECT_LENGTH));
    }
    return true;
  }

  /** Takes up to `limit` groups out, as records with their ids: told again under the same id they count once. */
  take(limit: number): UsageRecord[] {
    const taken: Group[] = [];
    for (const [keyId, ofKey] of this.groups) {
      taken.push(...ofKey.splice(0, limit - taken.length));
      if (ofKey.length > 0) break;
      this.groups.delete(keyId);
    }
    this.size -= taken.length;
    return taken.map(({ subjects, fromMs, toMs, ...rest }) => ({
      usageId: newId(),
      ...rest,
      subjects: [...subjects],
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
    }));
  }

  private find({ keyId, operation, holdId }: Used): Group | undefined {
    return this.groups.get(keyId)?.find((group) => group.operation === operation && group.holdId === holdId);
  }

  private begin(used: Used, nowMs: number): Group | undefined {
    if (this.size >= MAX_GROUPS) return undefined;
    const group = { ...used, count: 0, credits: 0, subjects: new Set<string>(), fromMs: nowMs, toMs: nowMs };
    const ofKey = this.groups.get(used.keyId);
    if (ofKey) ofKey.push(group);
    else this.groups.set(used.keyId, [group]);
    this.size += 1;
    return group;
  }
}
