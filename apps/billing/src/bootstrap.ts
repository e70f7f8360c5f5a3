import { AccountChanged, KeyChanged, OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { Bus } from '@souk/bus';
import { Clock } from '@souk/service';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AccountsStore } from './accounts.store.ts';
import { bootstrapPlan } from './bootstrap-plan.ts';
import { BILLING_CONFIG, type BillingConfig } from './config.ts';
import { KeysStore } from './keys.store.ts';

/** The operator's account and the keys of the settings exist before the first request; every boot makes sure of it. */
@Injectable()
export class Bootstrap implements OnApplicationBootstrap {
  constructor(
    @Inject(BILLING_CONFIG) private readonly config: BillingConfig,
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly accounts: AccountsStore,
    private readonly keys: KeysStore,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const accountId = OPERATOR_ACCOUNT_ID;
    const now = this.clock.now();
    await this.bus.transaction([accountId], async (unit) => {
      // Never refused: the operator does not pay itself, and its alerts must come.
      const operator = { id: accountId, name: 'Operator', unmetered: true };
      if (await this.accounts.insert(unit.tx, operator, now)) {
        const account = { ...operator, createdAt: now.toISOString() };
        unit.publish(AccountChanged, { account, change: 'created' }, { accountId, key: accountId });
      }
      await this.accounts.lockOperator(unit.tx); // replicas that boot together plan one after the other
      const plan = bootstrapPlan(
        this.config.SOUK_BOOTSTRAP_KEYS,
        await this.keys.listBootstrap(unit.tx, accountId),
      );
      for (const key of plan.insert) await this.keys.insert(unit.tx, key, now);
      for (const key of plan.restore) await this.keys.restore(unit.tx, key);
      const revoked = await this.keys.revoke(unit.tx, accountId, plan.revoke, now);
      for (const { keyId, sha256 } of [...plan.insert, ...plan.restore])
        unit.publish(KeyChanged, { keyId, sha256, change: 'created' }, { accountId, key: keyId });
      for (const { keyId, sha256 } of revoked)
        unit.publish(KeyChanged, { keyId, sha256, change: 'revoked' }, { accountId, key: keyId });
    });
  }
}
