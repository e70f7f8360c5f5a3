import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BaseConfig } from '@souk/service';
import { ROOT } from '../src/options.ts';

const compose = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The containers have servers and volumes of their own, and a collector. */
const OTHERWISE = new Set([
  'SOUK_DATA_DIR',
  'SOUK_POSTGRES_URL',
  'SOUK_NATS_URL',
  'SOUK_REDIS_URL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
]);

/** Settings that the table names, in its first column. */
const settings = [...readme.matchAll(/^\| (`[A-Z].*?) \|/gm)]
  .flatMap(([, names]) => [...names!.matchAll(/`([A-Z0-9_]+)`/g)])
  .map(([, name]) => name!);

/** A service's part of the file. */
const partOf = (service: string): string =>
  new RegExp(`^ {2}${service}:\\n((?: {4}.*\\n)+)`, 'm').exec(compose)?.[1] ?? '';

describe('docker-compose.yml', () => {
  it('passes every setting of the README on', () => {
    expect(settings).toContain('SOUK_STREAM_MAX_BYTES');
    const missing = settings.filter(
      (name) => !OTHERWISE.has(name) && !new RegExp(`\\b${name}\\b`).test(compose),
    );
    expect(missing).toEqual([]);
  });

  it.each(settings.filter((name) => /^SOUK_(TELEGRAM|SLACK|SMTP|MAIL|LLM|WEBHOOK|PUBLIC)_/.test(name)))(
    'gives alerting %s as it is in the environment',
    (name) => {
      expect(partOf('alerting')).toMatch(new RegExp(`^ {6}${name}:$`, 'm'));
    },
  );

  it('keeps messages as long as the services do by themselves', () => {
    const defaults = BaseConfig.parse({
      SOUK_SERVICE: 'scoring',
      SOUK_INSTANCE: 'scoring-1',
      SOUK_POSTGRES_URL: 'postgres://x',
      SOUK_NATS_URL: 'nats://x',
    });
    for (const name of [
      'SOUK_PARTITIONS',
      'SOUK_STREAM_MAX_BYTES',
      'SOUK_STREAM_MAX_AGE_HOURS',
      'SOUK_OUTBOX_RETENTION_HOURS',
    ] as const)
      expect(compose).toContain(`  ${name}: \${${name}:-${defaults[name]}}\n`);
  });
});
