import { type HoldState, paid, type Payment, spend, type Standing, type Transfer } from './ledger.ts';

/** Something an account used and pays for afterwards: reads within an interval, or an alert that was delivered. */
export interface Use {
  /** Charged once, however often it is told. */
  readonly id: string;
  readonly accountId: string;
  readonly operation: string;
  readonly count: number;
  readonly credits: number;
  readonly keyId: string | null;
  /** The hold that pays for it, as far as it goes. */
  readonly holdId: string | null;
  readonly subjects: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** A use with where its credits came from. */
export type SettledUse = Use & Payment;

export interface Settlement<Hold extends HoldState> {
  readonly uses: SettledUse[];
  readonly transfers: Transfer[];
  /** The holds that changed, by id. */
  readonly holds: Map<string, Hold>;
}

/** Settles the uses of one account, in their order. */
export function settle<Hold extends HoldState>(
  { available, unmetered }: Standing,
  holds: ReadonlyMap<string, Hold>,
  uses: readonly Use[],
): Settlement<Hold> {
  const changed = new Map<string, Hold>();
  const total = { captured: 0, charged: 0, owed: 0 };
  const settled = uses.map((use) => {
    const before = use.holdId === null ? undefined : (changed.get(use.holdId) ?? holds.get(use.holdId));
    const standing = { available: available - total.charged, unmetered };
    const { hold, captured, charged, owed } = spend(standing, use.credits, before);
    if (use.holdId !== null && hold && hold !== before) changed.set(use.holdId, hold);
    total.captured += captured;
    total.charged += charged;
    total.owed += owed;
    return { ...use, captured, charged, owed };
  });
  return { uses: settled, transfers: paid(total), holds: changed };
}

const MAX_REASON_LENGTH = 200;

/** What a ledger transaction was for: `12 x history, 3 x product`. */
export function reasonOf(uses: readonly Use[]): string {
  const counts = new Map<string, number>();
  for (const { operation, count } of uses) counts.set(operation, (counts.get(operation) ?? 0) + count);
  const operations = [...counts.keys()].toSorted((a, b) => a.localeCompare(b, 'en'));
  const reason = operations.map((operation) => `${counts.get(operation)} x ${operation}`);
  return reason.join(', ').slice(0, MAX_REASON_LENGTH);
}

/** Uses by account, each id once, in their order. */
export function byAccount(uses: readonly Use[]): Map<string, Use[]> {
  const accounts = Map.groupBy(uses, (use) => use.accountId);
  for (const [accountId, told] of accounts)
    accounts.set(accountId, [...new Map(told.map((use) => [use.id, use])).values()]);
  return accounts;
}

export interface DailyUse {
  readonly accountId: string;
  /** UTC date, `2026-01-31`, of the beginning of the interval. */
  readonly day: string;
  readonly operation: string;
  readonly count: number;
  readonly credits: number;
}

/** Uses added up by account, day and operation. */
export function dailyOf(uses: readonly Use[]): DailyUse[] {
  const groups = Map.groupBy(uses, (use) => `${use.accountId} ${use.from.slice(0, 10)} ${use.operation}`);
  return [...groups.values()].map((group) => ({
    accountId: group[0]!.accountId,
    day: group[0]!.from.slice(0, 10),
    operation: group[0]!.operation,
    count: group.reduce((sum, use) => sum + use.count, 0),
    credits: group.reduce((sum, use) => sum + use.credits, 0),
  }));
}
