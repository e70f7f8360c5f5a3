import { readConfig } from '@souk/service';
import { bootstrapPlan } from './bootstrap-plan.ts';
import { BillingConfig, type BootstrapKey } from './config.ts';

const key = (digit: string, more: Partial<BootstrapKey> = {}): BootstrapKey => ({
  name: 'start',
  sha256: digit.repeat(64),
  scopes: ['*'],
  unmetered: true,
  ...more,
});
const keptFrom = (wanted: BootstrapKey[], revoked = false) =>
  bootstrapPlan(wanted, []).insert.map((made) => ({ ...made, scopes: [...made.scopes], revoked }));

describe('the keys of the settings', () => {
  it('are made at the first boot, and a second boot changes nothing', () => {
    const wanted = [key('a'), key('b', { name: 'live page', scopes: ['read'] })];
    expect(bootstrapPlan(wanted, []).insert).toMatchObject([{ name: 'start' }, { name: 'live page' }]);
    expect(bootstrapPlan(wanted, keptFrom(wanted))).toEqual({ insert: [], restore: [], revoke: [] });
  });

  it('that are not listed any more are revoked, once', () => {
    const kept = keptFrom([key('a'), key('b')]);
    expect(bootstrapPlan([key('a')], kept).revoke).toEqual(kept.slice(1).map(({ keyId }) => keyId));
    expect(bootstrapPlan([], keptFrom([key('a')], true))).toEqual({ insert: [], restore: [], revoke: [] });
  });

  it.each([
    ['renamed', key('a', { name: 'other' })],
    ['given other scopes', key('a', { scopes: ['read'] })],
    ['metered otherwise', key('a', { unmetered: false })],
  ])('that were %s are brought up to date', (_, changed) => {
    expect(bootstrapPlan([changed], keptFrom([key('a')])).restore).toMatchObject([changed]);
  });

  it('that are listed again are valid again', () => {
    expect(bootstrapPlan([key('a')], keptFrom([key('a')], true)).restore).toHaveLength(1);
  });
});

describe('SOUK_BOOTSTRAP_KEYS', () => {
  const base = {
    SOUK_SERVICE: 'billing',
    SOUK_INSTANCE: 'billing-1',
    SOUK_POSTGRES_URL: 'postgres://localhost/souk',
    SOUK_NATS_URL: 'nats://localhost',
  };

  it('is a list of keys by hash, empty when not set', () => {
    expect(readConfig(BillingConfig, base).SOUK_BOOTSTRAP_KEYS).toEqual([]);
    const text = JSON.stringify([{ name: 'start', sha256: 'a'.repeat(64), scopes: ['*'], unmetered: true }]);
    expect(readConfig(BillingConfig, { ...base, SOUK_BOOTSTRAP_KEYS: text }).SOUK_BOOTSTRAP_KEYS).toEqual([
      key('a'),
    ]);
  });

  it.each([
    ['no JSON', '[{'],
    ['no list', '{}'],
    ['a key instead of its hash', '[{"name":"a","sha256":"souk_secret","scopes":["*"]}]'],
    ['the same key twice', JSON.stringify([key('a'), key('a')])],
    ['an unknown scope', JSON.stringify([{ ...key('a'), scopes: ['root'] }])],
  ])('is refused by name and without its value when it is %s', (_, text) => {
    const read = () => readConfig(BillingConfig, { ...base, SOUK_BOOTSTRAP_KEYS: text });
    expect(read).toThrow(/SOUK_BOOTSTRAP_KEYS/);
    expect(read).not.toThrow(/souk_secret/);
  });
});
