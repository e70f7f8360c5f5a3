import { CreateAccount, GetCredits, newId, type RequestOf, type ReserveCredits } from '@souk/contracts';
import type { Clock } from '@souk/service';
import { startWorld, type World } from '@souk/testing';
import { BillingModule } from '../src/billing.module.ts';
import { BillingConfig } from '../src/config.ts';
import { migrations } from '../src/migrations/index.ts';

/** Billing alone, with its database and a broker. */
export const startBilling = (options: { env?: Record<string, string>; clock?: Clock } = {}): Promise<World> =>
  startWorld({
    services: {
      billing: {
        config: BillingConfig,
        module: (config: BillingConfig) => BillingModule.register(config),
        migrations,
        env: { SOUK_BILLING_SWEEP_INTERVAL_MS: '20', ...options.env },
      },
    },
    ...(options.clock && { clock: options.clock }),
  });

/** A new account with so many credits; answers its id. */
export async function account(world: World, credits = 0, unmetered = false): Promise<string> {
  const accountId = newId();
  await world.ask(CreateAccount, { accountId, name: 'Ada', credits, unmetered });
  return accountId;
}

export const balanceOf = async (world: World, accountId: string) =>
  (await world.ask(GetCredits, { accountId })).credits;

/** A request to set credits aside. */
export const holdOf = (
  accountId: string,
  amount: number,
  more: Partial<RequestOf<typeof ReserveCredits>> = {},
): RequestOf<typeof ReserveCredits> => ({
  accountId,
  holdId: newId(),
  amount,
  expiresInMs: 60_000,
  reason: 'lease',
  ...more,
});

/** What the audit finds wrong in the whole ledger: nothing, whatever happened before. */
export const audit = (world: World) => world.sql('billing', 'select * from ledger_audit');
