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
  from: Date;
  to: Date;
}

/** Uses of one interval, added up by account, key, operation and lease. Bounded: beyond, a use is not counted. */
export class UsageGroups {
  private groups = new Map<string, Group>();

  get isEmpty(): boolean {
    return this.groups.size === 0;
  }

  /** False when there is no room for it. */
  add(used: Used, now: Date): boolean {
    const name = `${used.accountId} ${used.keyId} ${used.operation} ${used.holdId ?? ''}`;
    let group = this.groups.get(name);
    if (!group) {
      if (this.groups.size >= MAX_GROUPS) return false;
      group = { ...used, count: 0, credits: 0, subjects: new Set(), from: now, to: now };
      this.groups.set(name, group);
    }
    group.count += used.count;
    group.credits += used.credits;
    group.to = now;
    for (const subject of used.subjects) {
      if (group.subjects.size >= MAX_SUBJECTS) break;
      group.subjects.add(subject.slice(0, MAX_SUBJECT_LENGTH));
    }
    return true;
  }

  /** Takes up to `limit` groups out, as records with their ids: told again under the same id they count once. */
  take(limit: number): UsageRecord[] {
    return [...this.groups].slice(0, limit).map(([name, group]) => {
      this.groups.delete(name);
      const { subjects, from, to, ...rest } = group;
      return {
        usageId: newId(),
        ...rest,
        subjects: [...subjects],
        from: from.toISOString(),
        to: to.toISOString(),
      };
    });
  }
}
