import { BaseConfig, ConfigError, readConfig } from './config.ts';

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

  it('refuses an inbox that forgets before the broker has delivered for the last time', () => {
    const hours = (age: number, kept: number) => ({
      ...good,
      SOUK_STREAM_MAX_AGE_HOURS: String(age),
      SOUK_OUTBOX_RETENTION_HOURS: String(kept),
    });
    expect(() => readConfig(BaseConfig, hours(48, 119))).toThrow(
      /SOUK_OUTBOX_RETENTION_HOURS: must be at least 120/,
    );
    expect(readConfig(BaseConfig, hours(48, 120)).SOUK_OUTBOX_RETENTION_HOURS).toBe(120);
    expect(() => readConfig(BaseConfig, { ...good, SOUK_STREAM_MAX_AGE_HOURS: '49' })).toThrow(ConfigError);
  });
});
