import { type DynamicModule, Module } from '@nestjs/common';
import { AccountsHandlers } from './accounts.handlers.ts';
import { AccountsStore } from './accounts.store.ts';
import { Bootstrap } from './bootstrap.ts';
import { Charging } from './charging.ts';
import { BILLING_CONFIG, type BillingConfig } from './config.ts';
import { CreditsHandlers } from './credits.handlers.ts';
import { HoldSweeper } from './hold-sweeper.ts';
import { HoldsStore } from './holds.store.ts';
import { KeysStore } from './keys.store.ts';
import { LedgerStore } from './ledger.store.ts';
import { UsageHandlers } from './usage.handlers.ts';
import { UsageStore } from './usage.store.ts';

/** Billing: accounts, keys, and what everything costs. */
@Module({
  controllers: [AccountsHandlers, CreditsHandlers, UsageHandlers],
  providers: [
    AccountsStore,
    KeysStore,
    LedgerStore,
    HoldsStore,
    UsageStore,
    Charging,
    Bootstrap,
    HoldSweeper,
  ],
})
export class BillingModule {
  static register(config: BillingConfig): DynamicModule {
    return { module: BillingModule, providers: [{ provide: BILLING_CONFIG, useValue: config }] };
  }
}
