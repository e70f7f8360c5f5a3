import { AlertingConfig, AlertingModule } from '@souk/alerting';
import { migrations as alertingMigrations } from '@souk/alerting/migrations';
import { BillingConfig, BillingModule } from '@souk/billing';
import { migrations as billingMigrations } from '@souk/billing/migrations';
import { generateApiKey, hashApiKey } from '@souk/contracts';
import { EnrichmentConfig, EnrichmentModule } from '@souk/enrichment';
import { migrations as enrichmentMigrations } from '@souk/enrichment/migrations';
import { GatewayConfig, GatewayModule } from '@souk/gateway';
import { migrations as gatewayMigrations } from '@souk/gateway/migrations';
import { IngestionConfig, IngestionModule } from '@souk/ingestion';
import { migrations as ingestionMigrations } from '@souk/ingestion/migrations';
import { QuotaConfig, QuotaModule } from '@souk/quota';
import { migrations as quotaMigrations } from '@souk/quota/migrations';
import { ScoringConfig, ScoringModule } from '@souk/scoring';
import { migrations as scoringMigrations } from '@souk/scoring/migrations';
import { startWorld, type World } from '@souk/testing';
import { type Client, clientOf } from './client.ts';

export interface Product {
  world: World;
  /** With the operator's own key. */
  operator: Client;
  /** A new account with credits and a key of its own. */
  account(name: string, options?: { credits?: number }): Promise<Client & { accountId: string }>;
  stop(): Promise<void>;
}

const SECRET = 'a-secret-of-the-test-suite-0123456789';

/** All seven services in this process, against real servers, reached through the public API alone. */
export async function startProduct(
  env: Partial<
    Record<'ingestion' | 'scoring' | 'alerting' | 'gateway' | 'quota', Record<string, string>>
  > = {},
  options: Pick<Parameters<typeof startWorld>[0], 'streams'> = {},
): Promise<Product> {
  const key = generateApiKey();
  const world = await startWorld({
    ...options,
    services: {
      gateway: {
        config: GatewayConfig,
        module: (config) => GatewayModule.register(config),
        migrations: gatewayMigrations,
        env: { ...env.gateway },
        http: { host: '127.0.0.1', port: 0 },
      },
      ingestion: {
        config: IngestionConfig,
        module: (config) => IngestionModule.register(config),
        migrations: ingestionMigrations,
        env: { ...env.ingestion },
      },
      quota: {
        config: QuotaConfig,
        module: (config) => QuotaModule.register(config),
        migrations: quotaMigrations,
        env: { ...env.quota },
      },
      enrichment: {
        config: EnrichmentConfig,
        module: (config) => EnrichmentModule.register(config),
        migrations: enrichmentMigrations,
      },
      scoring: {
        config: ScoringConfig,
        module: (config) => ScoringModule.register(config),
        migrations: scoringMigrations,
        env: env.scoring ?? {},
      },
      alerting: {
        config: AlertingConfig,
        module: (config) => AlertingModule.register(config),
        migrations: alertingMigrations,
        env: { SOUK_SECRET: SECRET, ...env.alerting },
      },
      billing: {
        config: BillingConfig,
        module: (config) => BillingModule.register(config),
        migrations: billingMigrations,
        env: {
          SOUK_BOOTSTRAP_KEYS: JSON.stringify([
            { name: 'start', sha256: hashApiKey(key), scopes: ['*'], unmetered: true },
          ]),
        },
      },
    },
  });
  const url = world.running('gateway').url!;
  const operator = clientOf(url, key);
  await world.until(async () => (await fetch(`${url}/readyz`)).status === 200, { what: 'a ready gateway' });
  await world.until(async () => (await operator.get('/v1/credits')).status === 200, { what: 'a known key' });
  return {
    world,
    operator,
    account: async (name, { credits = 1_000 } = {}) => {
      const made = await operator.post('/v1/accounts', { name, credits });
      if (made.status !== 201) throw new Error(`account: ${JSON.stringify(made.body)}`);
      const { id, key } = made.body as { id: string; key: { key: string } };
      return { ...clientOf(url, key.key), accountId: id };
    },
    stop: () => world.stop(),
  };
}
