import { newId } from '@souk/contracts';
import { Clock, type Tx } from '@souk/service';
import { Injectable } from '@nestjs/common';
import { HoldsStore } from './holds.store.ts';
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
    const accounts = await this.ledger.lock(tx, [...new Set(told.map((use) => use.accountId))]);
    const fresh = byAccount(await this.usage.unknown(tx, told));
    const paying = [...fresh.values()]
      .flat()
      .flatMap(({ accountId, holdId }) => (holdId ? [{ accountId, holdId }] : []));
    const stored = Map.groupBy(await this.holds.find(tx, paying), (hold) => hold.accountId);

    const settled = [...fresh].map(([accountId, uses]) => {
      const account = accounts.get(accountId);
      if (!account) throw new Error(`account ${accountId} does not exist: nothing can be charged to it`);
      const holds = new Map(stored.get(accountId)?.map((hold) => [hold.id, hold]));
      return { accountId, transactionId: newId(), reason: reasonOf(uses), ...settle(account, holds, uses) };
    });
    const uses = settled.flatMap((account) => account.uses);
    const paidIn = new Map(
      settled.map(({ accountId, transfers, transactionId }) => [
        accountId,
        transfers.length > 0 ? transactionId : null,
      ]),
    );

    await this.usage.record(tx, uses, (use) => paidIn.get(use.accountId));
    await this.usage.addDaily(tx, dailyOf(uses));
    await this.holds.update(
      tx,
      settled.flatMap(({ holds }) => [...holds.values()]),
      now,
    );
    const available = await this.ledger.post(tx, settled, now);
    return [...available.keys()].filter((id) => available.get(id) === 0 && accounts.get(id)!.available > 0);
  }
}
