import { BaseConfig, ConfigError, inboxRetentionHours, readConfig } from './config.ts';

const good = {
  SOUK_SERVICE: 'scoring',
  SOUK_INSTANCE: 'scoring-1',
  SOUK_POSTGRES_URL: 'postgres://souk_scoring:hunter2@localhost/souk',
  SOUK_NATS_URL: 'nats://scoring:hunter2@localhost',
};

describe('readConfig', () => {
  it('fills in defaults and reads numbers and switches', () => {
    const config = readConfig(BaseConfig, { ...good, SOUK_PARTITIONS: '8', DELIVER_TWICE: 'true' });
    expect(config).toMatchObject({ SOUK_PARTITIONS: 8, DELIVER_TWICE: true, SOUK_LOG_LEVEL: 'info' });
  });

  it('names every wrong setting at once, and none of their values', () => {
    const read = (): unknown =>
      readConfig(BaseConfig, {
        ...good,
        SOUK_SERVICE: 'nonsense-secret',
        SOUK_PARTITIONS: '0',
        SOUK_NATS_URL: '',
      });
    expect(read).toThrow(ConfigError);
    try {
      read();
    } catch (error) {
      const problems = (error as ConfigError).problems.map((problem) => problem.variable);
      expect(problems).toEqual(['SOUK_SERVICE', 'SOUK_NATS_URL', 'SOUK_PARTITIONS']);
      expect((error as Error).message).not.toContain('nonsense-secret');
      expect((error as Error).message).not.toContain('hunter2');
    }
  });

  it('refuses an outbox that forgets what the stream still holds', () => {
    expect(() => readConfig(BaseConfig, hours(48, 47))).toThrow(
      /SOUK_OUTBOX_RETENTION_HOURS: must be at least 48/,
    );
    expect(readConfig(BaseConfig, hours(12, 17)).SOUK_OUTBOX_RETENTION_HOURS).toBe(17);
    expect(() => readConfig(BaseConfig, { ...good, SOUK_STREAM_MAX_AGE_HOURS: '121' })).toThrow(ConfigError);
  });

  it('has the inbox remember until the broker has delivered for the last time, whatever the outbox keeps', () => {
    const kept = (age: number, outbox: number) =>
      inboxRetentionHours(readConfig(BaseConfig, hours(age, outbox)));
    expect([kept(48, 120), kept(12, 17), kept(48, 50), kept(1, 300)]).toEqual([120, 48, 120, 300]);
  });

  const hours = (age: number, kept: number) => ({
    ...good,
    SOUK_STREAM_MAX_AGE_HOURS: String(age),
    SOUK_OUTBOX_RETENTION_HOURS: String(kept),
  });
});
