import {
  type Alert,
  CreateWatch,
  type Deal,
  DealsScored,
  GetDeals,
  GetProducts,
  ListAlerts,
  newId,
  OPERATOR_ACCOUNT_ID,
  type Product,
  ProductChanged,
  type ProductFacts,
  productIdOf,
  type ScoredDeal,
  type Watch,
  type WatchConditions,
  type SourcePolicy,
} from '@souk/contracts';
import { startTelegramFake, type TelegramFake } from '@souk/sandbox';
import type { Clock } from '@souk/service';
import { startWorld, type World } from '@souk/testing';
import { AlertingModule } from '../src/alerting.module.ts';
import { AlertingConfig } from '../src/config.ts';
import { migrations } from '../src/migrations/index.ts';

export type Alerting = World & { known: Map<string, Product>; deals: Map<string, Deal> };

/** Alerting with a Telegram that goes by the same clock. */
export async function startWithTelegram(clock: Clock): Promise<{ world: Alerting; telegram: TelegramFake }> {
  const telegram = await startTelegramFake({ token: '42:a-token', now: () => clock.now().getTime() });
  const env = { SOUK_TELEGRAM_TOKEN: '42:a-token', SOUK_TELEGRAM_API_ROOT: telegram.url };
  return { world: await startAlerting({ clock, env }), telegram };
}

/** Alerting alone, with what the other services would answer: nothing is known unless a test says so. */
export async function startAlerting(
  options: { env?: Record<string, string>; clock?: Clock } = {},
): Promise<Alerting> {
  const world = await startWorld({
    services: {
      alerting: {
        config: AlertingConfig,
        module: (config: AlertingConfig) => AlertingModule.register(config),
        migrations,
        env: {
          SOUK_SECRET: 'a secret of a test, long enough for it',
          SOUK_WEBHOOK_ALLOW: '127.0.0.1/32',
          SOUK_DELIVERY_POLL_MS: '100',
          ...options.env,
        },
      },
    },
    ...(options.clock && { clock: options.clock }),
  });
  const known = new Map<string, Product>();
  const deals = new Map<string, Deal>();
  world.answer(GetProducts, ({ productIds }) => ({
    products: productIds.flatMap((id) => known.get(id) ?? []),
  }));
  world.answer(GetDeals, ({ productIds }) => ({ deals: productIds.flatMap((id) => deals.get(id) ?? []) }));
  return { ...world, known, deals };
}

export const source = 'steam';

/** A price of a product; every part can be replaced. */
export function scored(owner: string, product: string, changes: Partial<ScoredDeal> = {}): ScoredDeal {
  const productId = productIdOf(owner, source, product);
  return {
    productId,
    offerId: productId,
    product,
    observedAt: '2026-01-02T00:00:00.000Z',
    priceMinor: 1_000,
    currency: 'USD',
    ...changes,
  };
}

/** A listing as enrichment knows it. */
export const listing = (owner: string, product: string, changes: Partial<Product> = {}): Product => ({
  id: productIdOf(owner, source, product),
  source,
  product,
  shared: owner === OPERATOR_ACCOUNT_ID,
  facts: {},
  offers: [],
  ...changes,
});

/** Publishes prices as scoring does, and waits until alerting has handled them. */
export async function prices(
  world: World,
  owner: string,
  deals: ScoredDeal[],
  options: { mode?: 'live' | 'backfill'; id?: string; traceparent?: string; policy?: SourcePolicy } = {},
): Promise<void> {
  const { mode = 'live', policy, ...rest } = options;
  const id = await world.publish(
    DealsScored,
    { source, mode, deals, policy },
    { accountId: owner, key: deals[0]!.productId, ...rest },
  );
  await handled(world, [id]);
}

/** Waits until alerting has handled these messages. */
export const handled = (world: World, ids: readonly string[]): Promise<unknown> =>
  world.until(
    async () =>
      (await world.sql('alerting', 'select message_id from bus_inbox where message_id = any ($1)', [ids]))
        .length === ids.length,
    { what: 'messages handled' },
  );

/** News of a listing. */
export async function news(
  world: World,
  owner: string,
  product: string,
  facts: ProductFacts = {},
  changedAt = '2026-01-01T00:00:00.000Z',
): Promise<void> {
  const productId = productIdOf(owner, source, product);
  const id = await world.publish(
    ProductChanged,
    { products: [{ productId, source, product, facts, changedAt }] },
    { accountId: owner, key: productId },
  );
  await handled(world, [id]);
}

export async function watch(
  world: World,
  accountId: string,
  product: string,
  when: WatchConditions,
  channels: string[] = ['inbox'],
): Promise<Watch> {
  const answer = await world.ask(CreateWatch, {
    accountId,
    watchId: newId(),
    product: { source, product },
    when,
    channels,
  });
  return answer.watch;
}

export const alertsOf = async (world: World, accountId: string, watchId?: string): Promise<Alert[]> =>
  (await world.ask(ListAlerts, { accountId, limit: 1_000, ...(watchId && { watchId }) })).alerts;
