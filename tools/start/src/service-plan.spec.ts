import { hashApiKey, SERVICE_NAMES, type ServiceName } from '@souk/contracts';
import { readSecrets, type Secrets } from './secrets.ts';
import { type Addresses, argumentsOf, environmentOf } from './service-plan.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let secrets: Secrets;
beforeAll(() => {
  const dir = mkdtempSync(join(tmpdir(), 'souk-plan-'));
  secrets = readSecrets(dir);
  rmSync(dir, { recursive: true });
});

const perService = <T>(value: (name: ServiceName, index: number) => T): Record<ServiceName, T> =>
  Object.fromEntries(SERVICE_NAMES.map((name, index) => [name, value(name, index)])) as Record<
    ServiceName,
    T
  >;

const addresses: Addresses = {
  postgresUrls: perService((name) => `postgres://souk_${name}:pw-${name}@127.0.0.1:1/souk`),
  natsUrl: 'nats://127.0.0.1:2',
  natsIsExternal: false,
  redisUrl: 'redis://:redis-password@127.0.0.1:3',
  sandboxUrl: 'http://127.0.0.1:4',
  healthPorts: perService((_, index) => 100 + index),
  gateway: { host: '127.0.0.1', port: 99 },
};
const plan = (name: ServiceName, env: Record<string, string> = {}): Record<string, string> =>
  environmentOf(name, addresses, secrets, env);

describe('environmentOf', () => {
  it.each(SERVICE_NAMES)('gives %s its own role and NATS user, and no secret of another service', (name) => {
    const environment = plan(name);
    expect(environment).toMatchObject({
      SOUK_SERVICE: name,
      SOUK_INSTANCE: `${name}-1`,
      SOUK_POSTGRES_URL: `postgres://souk_${name}:pw-${name}@127.0.0.1:1/souk`,
    });
    const nats = new URL(environment.SOUK_NATS_URL ?? '');
    expect([nats.username, nats.password]).toEqual([name, secrets.nats[name]]);
    const text = JSON.stringify(environment);
    for (const other of SERVICE_NAMES.filter((service) => service !== name)) {
      expect(text).not.toContain(secrets.nats[other]);
      expect(text).not.toContain(`pw-${other}`);
    }
    expect(text).not.toContain(secrets.operatorKey);
  });

  it('tells only billing of the keys, by their hashes, and only the gateway the read-only live page key', () => {
    expect(JSON.parse(plan('billing').SOUK_BOOTSTRAP_KEYS ?? '')).toEqual([
      { name: 'start', sha256: hashApiKey(secrets.operatorKey), scopes: ['*'], unmetered: true },
      { name: 'live page', sha256: hashApiKey(secrets.livePageKey), scopes: ['read'], unmetered: true },
    ]);
    const holders = SERVICE_NAMES.filter((name) => JSON.stringify(plan(name)).includes(secrets.livePageKey));
    expect(holders).toEqual(['gateway']);
  });

  it('passes the accounts of the user on to those that use them and to no other', () => {
    const env = {
      SOUK_TELEGRAM_TOKEN: 't',
      SOUK_STRIPE_SECRET_KEY: 's',
      SOUK_AMAZON_KEY: 'a',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      AWS_SECRET_ACCESS_KEY: 'never',
    };
    const given = (name: ServiceName) => Object.keys(plan(name, env)).filter((variable) => variable in env);
    expect(given('alerting')).toEqual(['SOUK_TELEGRAM_TOKEN', 'OTEL_EXPORTER_OTLP_ENDPOINT']);
    expect(given('billing')).toEqual(['SOUK_STRIPE_SECRET_KEY', 'OTEL_EXPORTER_OTLP_ENDPOINT']);
    expect(given('ingestion')).toEqual(['SOUK_AMAZON_KEY', 'OTEL_EXPORTER_OTLP_ENDPOINT']);
    expect(given('scoring')).toEqual(['OTEL_EXPORTER_OTLP_ENDPOINT']);
  });

  it('passes plain settings on to all, and no address or password of the servers themselves', () => {
    const env = {
      SOUK_LOG_LEVEL: 'debug',
      SOUK_POSTGRES_URL: 'postgres://admin:pw@h/x',
      SOUK_NEW_API_KEY: 'k',
    };
    expect(plan('scoring', env)).toMatchObject({ SOUK_LOG_LEVEL: 'debug' });
    expect(JSON.stringify(plan('scoring', env))).not.toContain('admin');
    expect(plan('scoring', env).SOUK_NEW_API_KEY).toBeUndefined();
  });

  it('uses an external NATS address exactly as given', () => {
    const external = { ...addresses, natsUrl: 'nats://u:p@nats.example:4222', natsIsExternal: true };
    expect(environmentOf('quota', external, secrets, {}).SOUK_NATS_URL).toBe('nats://u:p@nats.example:4222');
  });

  it('names the sandbox shop to ingestion alone, and not at all without one', () => {
    expect(plan('ingestion').SOUK_SANDBOX_URL).toBe('http://127.0.0.1:4');
    expect(plan('quota').SOUK_SANDBOX_URL).toBeUndefined();
    const without = environmentOf('ingestion', { ...addresses, sandboxUrl: undefined }, secrets, {});
    expect(without.SOUK_SANDBOX_URL).toBeUndefined();
  });
});

describe('argumentsOf', () => {
  it('preloads telemetry before the service, with a bounded heap', () => {
    const line = argumentsOf('scoring', '/souk').join(' ');
    expect(line).toMatch(
      /--max-old-space-size=\d+ --import \/souk\/libs\/service\/dist\/otel.js \/souk\/apps\/scoring\/dist\/main.js$/,
    );
  });
});
