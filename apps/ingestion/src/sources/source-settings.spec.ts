import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IngestionConfig } from '../config.ts';
import { SourceRegistry } from './source-registry.ts';
import { readSourceSettings, withSecrets } from './source-settings.ts';

const settings = (sources: unknown, more: object = {}) =>
  IngestionConfig.parse({
    SOUK_SERVICE: 'ingestion',
    SOUK_INSTANCE: 'test',
    SOUK_POSTGRES_URL: 'postgres://none',
    SOUK_NATS_URL: 'nats://none',
    SOUK_SOURCES: JSON.stringify(sources),
    ...more,
  });
const shop = { source: 'shop', adapter: 'sandbox', config: { baseUrl: 'http://shop.example' } };

describe('the settings of sources', () => {
  it('come as a list or as the path of a file with one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sources-'));
    const path = join(folder, 'sources.json');
    writeFileSync(path, JSON.stringify([shop]));
    expect(readSourceSettings(path)).toEqual(readSourceSettings(JSON.stringify([shop])));
    rmSync(folder, { recursive: true });
    expect(() => readSourceSettings(path)).toThrow(/the file cannot be read: ENOENT/);
    expect(readSourceSettings(undefined)).toEqual([]);
  });

  it.each([
    ['[{', /is not JSON/],
    [JSON.stringify([shop, shop]), /names a source twice/],
    [JSON.stringify([{ ...shop, intervalMs: 5 }]), /0.intervalMs/],
    [JSON.stringify([{ ...shop, intervalms: 500 }]), /Unrecognized key/],
    [JSON.stringify([{ ...shop, source: 'My Shop' }]), /0.source/],
    [JSON.stringify([{ ...shop, policy: { historyLifetimeDays: 0 } }]), /0.policy.historyLifetimeDays/],
    [JSON.stringify([{ ...shop, policy: { historyLifetimeDays: 1.5 } }]), /0.policy.historyLifetimeDays/],
    [JSON.stringify([{ ...shop, policy: { historyLifetimeDays: 1e9 } }]), /0.policy.historyLifetimeDays/],
    [JSON.stringify([{ ...shop, policy: { historyDays: 30 } }]), /0.policy Unrecognized key: "historyDays"/],
  ])('that are wrong say where: %s', (text, reason) => {
    expect(() => readSourceSettings(text)).toThrow(reason);
  });

  it('name every wrong source at once, and never a value', () => {
    const sources = [
      { ...shop, adapter: 'teleport' },
      { ...shop, source: 'b', config: { baseUrl: 'secret-value' } },
      { ...shop, source: 'c', config: { baseUrl: { env: 'NOT_SET_ANYWHERE' } } },
    ];
    const read = (): unknown => new SourceRegistry(settings(sources));
    expect(read).toThrow(/shop: there is no adapter teleport/);
    expect(read).toThrow(/b: config: baseUrl/);
    expect(read).toThrow(/c: set NOT_SET_ANYWHERE/);
    expect(read).not.toThrow(/secret-value/);
  });

  it('put secrets in wherever they are named, and miss none', () => {
    const missing: string[] = [];
    const secrets: Record<string, string> = { ONE: '1' };
    const config = { a: { env: 'ONE' }, b: [{ c: { env: 'TWO' } }], d: { env: 'x', other: 1 }, e: null };
    expect(withSecrets(config, (name) => secrets[name], missing)).toEqual({
      a: '1',
      b: [{ c: undefined }],
      d: { env: 'x', other: 1 },
      e: null,
    });
    expect(missing).toEqual(['TWO']);
  });

  it('decide the order of sources by their place unless they say otherwise', () => {
    const registry = new SourceRegistry(
      settings(
        [
          { ...shop, source: 'a', order: 9 },
          { ...shop, source: 'b' },
        ],
        { SOUK_SANDBOX_URL: 'http://s.example' },
      ),
    );
    expect(registry.all().map(({ name, order, upstream }) => [name, order, upstream])).toEqual([
      ['sandbox', 0, 'sandbox'],
      ['a', 9, 'a'],
      ['b', 2, 'b'],
    ]);
  });
});
