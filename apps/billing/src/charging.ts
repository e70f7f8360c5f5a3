import { newId } from '@souk/contracts';
import { Clock, type Tx } from '@souk/service';
import { Injectable } from '@nestjs/common';
import { type HoldRef, HoldsStore } from './holds.store.ts';
import { LedgerStore } from './ledger.store.ts';
import { byAccount, dailyOf, reasonOf, settle, type Use } from './usage.ts';
import { UsageStore } from './usage.store.ts';

/** Charges what was used: a batch of any size and any accounts takes the same few statements. */
@Injectable()
export class Charging {
  constructor(
    private readonly clock: Clock,
    private readonly ledger: LedgerStore,
    private readonly holds: HoldsStore,
    private readonly usage: UsageStore,
  ) {}

  /**
   * Each use is charged once, however often it is told; each account gets one ledger transaction and one change
   * of its balance. Answers the accounts that have nothing available any more since.
   * @throws Error when a use is of an account that does not exist
   */
  async charge(tx: Tx, told: readonly Use[]): Promise<string[]> {
    if (told.length === 0) return [];
    const now = this.clock.now();
    const uses = byAccount(told);
    // Statements are worked on in the order they are begun in: what follows the lock sees all that came before it.
    const [accounts, fresh, held] = await Promise.all([
      this.ledger.lock(tx, [...uses.keys()]),
      this.usage.unknown(tx, uses),
      this.holds.find(tx, payingFor(uses)),
    ]);
    const holdsOf = Map.groupBy(held, (hold) => hold.accountId);

    const settled = [...fresh].map(([accountId, news]) => {
      const account = accounts.get(accountId);
      if (!account) throw new Error(`account ${accountId} does not exist: nothing can be charged to it`);
      const holds = new Map(holdsOf.get(accountId)?.map((hold) => [hold.id, hold]));
      return { accountId, transactionId: newId(), reason: reasonOf(news), ...settle(account, holds, news) };
    });
    const paidIn = new Map(
      settled.map(({ accountId, transfers, transactionId }) => [
        accountId,
        transfers.length > 0 ? transactionId : null,
      ]),
    );
    const settledUses = settled.flatMap((account) => account.uses);
    const changedHolds = settled.flatMap(({ holds }) => [...holds.values()]);

    const [available] = await Promise.all([
      this.ledger.post(tx, settled, now),
      this.usage.record(tx, settledUses, (use) => paidIn.get(use.accountId)),
      this.usage.addDaily(tx, dailyOf(settledUses)),
      this.holds.update(tx, changedHolds, now),
    ]);
    return [...available.keys()].filter((id) => available.get(id) === 0 && accounts.get(id)!.available > 0);
  }
}

/** The holds that uses name, each once. */
const payingFor = (uses: ReadonlyMap<string, readonly Use[]>): HoldRef[] =>
  [...uses].flatMap(([accountId, ofAccount]) =>
    [...new Set(ofAccount.map((use) => use.holdId))].flatMap((holdId) =>
      holdId === null ? [] : [{ accountId, holdId }],
    ),
  );
