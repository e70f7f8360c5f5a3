import {
  CaptureCredits,
  CreditsChanged,
  GetCredits,
  GrantCredits,
  type Hold,
  ListEntries,
  newId,
  Refusal,
  ReleaseCredits,
  ReserveCredits,
  type ResponseOf,
} from '@souk/contracts';
import { Answer, Bus, pageOf, type Unit } from '@souk/bus';
import { Clock, Database } from '@souk/service';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { entryKeyOf } from './cursor.ts';
import { HoldsStore, type StoredHold } from './holds.store.ts';
import { capture, grant, type HoldDecision, release, reserve } from './ledger.ts';
import { LedgerStore, type LockedAccount } from './ledger.store.ts';

const toHold = (hold: StoredHold): Hold => ({
  id: hold.id,
  accountId: hold.accountId,
  amount: hold.amount,
  captured: hold.captured,
  state: hold.state,
  expiresAt: hold.expiresAt.toISOString(),
});

/** Credits: granted, set aside, spent and given back. */
@Controller()
export class CreditsHandlers {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly ledger: LedgerStore,
    private readonly holds: HoldsStore,
  ) {}

  @Answer(GrantCredits)
  async grant(request: z.output<typeof GrantCredits.request>): Promise<ResponseOf<typeof GrantCredits>> {
    const { accountId, grantId, credits, reason } = request;
    return this.bus.transaction([accountId], async (unit) => {
      const account = await this.ledger.lockOne(unit.tx, accountId);
      const granted = await this.ledger.findGrant(unit.tx, accountId, grantId);
      if (granted !== undefined && granted !== credits)
        throw new Refusal('conflict', `This grant gave ${granted} credits already, not ${credits}.`);
      if (granted === undefined) {
        const posting = { accountId, transactionId: grantId, reason, transfers: grant(credits) };
        await this.ledger.post(unit.tx, [posting], this.clock.now());
        const available = account.available + credits;
        const change = { accountId, available, change: 'granted' as const };
        unit.publish(CreditsChanged, change, { accountId, key: accountId });
      }
      return { credits: await this.ledger.creditsOf(unit.tx, accountId) };
    });
  }

  @Answer(GetCredits)
  async credits({ accountId }: z.output<typeof GetCredits.request>): Promise<ResponseOf<typeof GetCredits>> {
    return { credits: await this.database.read([accountId], (tx) => this.ledger.creditsOf(tx, accountId)) };
  }

  @Answer(ListEntries)
  async entries(request: z.output<typeof ListEntries.request>): Promise<ResponseOf<typeof ListEntries>> {
    const { accountId, limit } = request;
    const before = entryKeyOf(request.cursor);
    const rows = await this.database.read([accountId], (tx) =>
      this.ledger.listEntries(tx, accountId, before, limit + 1),
    );
    const { items, next } = pageOf(rows, limit, (entry) => [entry.id]);
    return { entries: items, next };
  }

  @Answer(ReserveCredits)
  async reserve(
    request: z.output<typeof ReserveCredits.request>,
  ): Promise<ResponseOf<typeof ReserveCredits>> {
    const { accountId, holdId, amount, atMost, reason } = request;
    return this.bus.transaction([accountId], async (unit) => {
      const account = await this.ledger.lockOne(unit.tx, accountId);
      const [earlier] = await this.holds.find(unit.tx, [{ accountId, holdId }]);
      if (earlier) return { hold: toHold(this.sameReservation(earlier, request)) };
      const now = this.clock.now();
      const { hold: decided, transfers } = reserve(account, { credits: amount, atMost });
      const expiresAt = new Date(now.getTime() + request.expiresInMs);
      const hold = { ...decided, accountId, id: holdId, requested: amount, atMost, reason, expiresAt };
      await this.holds.insert(unit.tx, hold, now);
      await this.post(unit, account, { hold, transfers }, now);
      return { hold: toHold(hold) };
    });
  }

  @Answer(CaptureCredits)
  async capture(
    request: z.output<typeof CaptureCredits.request>,
  ): Promise<ResponseOf<typeof CaptureCredits>> {
    return this.close(request, (hold) => capture(hold, request.amount));
  }

  @Answer(ReleaseCredits)
  async release(
    request: z.output<typeof ReleaseCredits.request>,
  ): Promise<ResponseOf<typeof ReleaseCredits>> {
    return this.close(request, release);
  }

  private async close(
    { accountId, holdId }: { accountId: string; holdId: string },
    decide: (hold: StoredHold) => HoldDecision<StoredHold>,
  ): Promise<{ hold: Hold }> {
    return this.bus.transaction([accountId], async (unit) => {
      const account = await this.ledger.lockOne(unit.tx, accountId);
      const [before] = await this.holds.find(unit.tx, [{ accountId, holdId }]);
      if (!before) throw new Refusal('not-found', 'There is no such hold.');
      const decision = decide(before);
      if (decision.hold !== before) {
        const now = this.clock.now();
        await this.holds.update(unit.tx, [decision.hold], now);
        await this.post(unit, account, decision, now);
      }
      return { hold: toHold(decision.hold) };
    });
  }

  /** Writes a decision about a hold into the ledger, and says so when it took the last that was available. */
  private async post(
    unit: Unit,
    account: LockedAccount,
    { hold, transfers }: HoldDecision<StoredHold>,
    at: Date,
  ): Promise<void> {
    const { accountId } = account;
    const posting = { accountId, transactionId: newId(), reason: hold.reason, transfers };
    const available = (await this.ledger.post(unit.tx, [posting], at)).get(accountId);
    if (account.available > 0 && available === 0) {
      const change = { accountId, available, change: 'exhausted' as const };
      unit.publish(CreditsChanged, change, { accountId, key: accountId });
    }
  }

  private sameReservation(
    earlier: StoredHold,
    { amount, atMost }: { amount: number; atMost: boolean },
  ): StoredHold {
    if (earlier.requested === amount && earlier.atMost === atMost) return earlier;
    throw new Refusal('conflict', `This hold was made for ${earlier.requested} credits, not ${amount}.`);
  }
}
