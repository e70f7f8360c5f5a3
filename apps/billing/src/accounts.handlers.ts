import {
  AccountChanged,
  CreateAccount,
  CreateKey,
  CreditsChanged,
  FindKey,
  KeyChanged,
  ListAccounts,
  ListKeys,
  OPERATOR_ACCOUNT_ID,
  Refusal,
  type ResponseOf,
  RevokeKey,
} from '@souk/contracts';
import { Answer, Bus, pageOf } from '@souk/bus';
import { Clock, Database } from '@souk/service';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { AccountsStore } from './accounts.store.ts';
import { timeKeyOf } from './cursor.ts';
import { KeysStore } from './keys.store.ts';
import { grant } from './ledger.ts';
import { LedgerStore } from './ledger.store.ts';

/** Accounts and their keys. */
@Controller()
export class AccountsHandlers {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly accounts: AccountsStore,
    private readonly keys: KeysStore,
    private readonly ledger: LedgerStore,
  ) {}

  /** The same command again answers the account as it is; the same id with anything else is a conflict. */
  @Answer(CreateAccount)
  async createAccount(
    request: z.output<typeof CreateAccount.request>,
  ): Promise<ResponseOf<typeof CreateAccount>> {
    const { accountId, name, unmetered, credits } = request;
    const now = this.clock.now();
    return this.bus.transaction([accountId], async ({ tx, publish }) => {
      const made = await this.accounts.insert(tx, { id: accountId, name, unmetered }, now);
      const account = await this.accounts.find(tx, accountId);
      if (!account || account.name !== name || account.unmetered !== unmetered)
        throw new Refusal('conflict', 'There is another account with this id already.');
      if (!made && ((await this.ledger.findGrant(tx, accountId, accountId)) ?? 0) !== credits)
        throw new Refusal('conflict', 'This account was made with other first credits; grant more instead.');
      const options = { accountId, key: accountId };
      if (made) publish(AccountChanged, { account, change: 'created' }, options);
      if (made && credits > 0) {
        const posting = {
          accountId,
          transactionId: accountId,
          reason: 'first credits',
          transfers: grant(credits),
        };
        await this.ledger.post(tx, [posting], now);
        publish(CreditsChanged, { accountId, available: credits, change: 'granted' }, options);
      }
      return { account, credits: await this.ledger.creditsOf(tx, accountId) };
    });
  }

  @Answer(ListAccounts)
  async listAccounts(
    request: z.output<typeof ListAccounts.request>,
  ): Promise<ResponseOf<typeof ListAccounts>> {
    const after = timeKeyOf(request.cursor);
    const rows = await this.database.read([OPERATOR_ACCOUNT_ID], (tx) =>
      this.accounts.list(tx, after, request.limit + 1),
    );
    const { items, next } = pageOf(rows, request.limit, (account) => [account.createdAt, account.id]);
    return { accounts: items, next };
  }

  @Answer(CreateKey)
  async createKey(request: z.output<typeof CreateKey.request>): Promise<ResponseOf<typeof CreateKey>> {
    const { accountId, keyId, sha256 } = request;
    return this.bus.transaction([accountId], async ({ tx, publish }) => {
      const { unmetered } = await this.ledger.lockOne(tx, accountId);
      const earlier = await this.keys.find(tx, accountId, keyId);
      if (earlier?.sha256 === sha256) return { key: earlier.key };
      if (earlier) throw new Refusal('conflict', 'This key was made already; its secret was shown once.');
      await this.keys.insert(tx, { ...request, unmetered, bootstrap: false }, this.clock.now());
      publish(KeyChanged, { keyId, sha256, change: 'created' }, { accountId, key: keyId });
      return { key: await this.keyOf(tx, accountId, keyId) };
    });
  }

  @Answer(ListKeys)
  async listKeys(request: z.output<typeof ListKeys.request>): Promise<ResponseOf<typeof ListKeys>> {
    const { accountId, limit } = request;
    const after = timeKeyOf(request.cursor);
    const rows = await this.database.read([accountId], (tx) =>
      this.keys.list(tx, accountId, after, limit + 1),
    );
    const { items, next } = pageOf(rows, limit, (key) => [key.createdAt, key.id]);
    return { keys: items, next };
  }

  @Answer(RevokeKey)
  async revokeKey({
    accountId,
    keyId,
  }: z.output<typeof RevokeKey.request>): Promise<ResponseOf<typeof RevokeKey>> {
    return this.bus.transaction([accountId], async ({ tx, publish }) => {
      for (const { sha256 } of await this.keys.revoke(tx, accountId, [keyId], this.clock.now()))
        publish(KeyChanged, { keyId, sha256, change: 'revoked' }, { accountId, key: keyId });
      return { key: await this.keyOf(tx, accountId, keyId) };
    });
  }

  @Answer(FindKey)
  async findKey({ sha256 }: z.output<typeof FindKey.request>): Promise<ResponseOf<typeof FindKey>> {
    return { key: await this.database.read([], (tx) => this.keys.findByHash(tx, sha256)) };
  }

  private async keyOf(tx: Parameters<KeysStore['find']>[0], accountId: string, keyId: string) {
    const found = await this.keys.find(tx, accountId, keyId);
    if (!found) throw new Refusal('not-found', 'There is no such key.');
    return found.key;
  }
}
