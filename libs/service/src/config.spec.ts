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
});
