import { readOptions } from './options.ts';

describe('readOptions', () => {
  it('needs nothing: private servers, a free port, data below the checkout', () => {
    const options = readOptions([], {});
    expect(options).toMatchObject({
      fresh: false,
      sandbox: true,
      host: '127.0.0.1',
      streams: { partitions: 4, maxBytes: 1024 ** 3, maxAgeHours: 48, replicas: 1 },
      external: {},
    });
    expect(options.port).toBeUndefined();
    expect(options.dataDir).toBe(`${options.root}/.souk`);
  });

  it('takes what the variables say; an empty one counts as not given', () => {
    const env = {
      SOUK_PORT: '8080',
      SOUK_HOST: '0.0.0.0',
      SOUK_NATS_URL: 'nats://x:1',
      SOUK_REDIS_URL: '',
      SOUK_DATA_DIR: '/data/souk',
    };
    const options = readOptions(['--fresh', '--no-sandbox'], env);
    expect(options).toMatchObject({
      port: 8080,
      host: '0.0.0.0',
      dataDir: '/data/souk',
      fresh: true,
      sandbox: false,
    });
    expect(options.external).toEqual({ nats: 'nats://x:1' });
  });

  it.each([
    ['SOUK_PORT', '80.5'],
    ['SOUK_PORT', '70000'],
    ['SOUK_PORT', 'http'],
    ['SOUK_PARTITIONS', '0'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(() => readOptions([], { [name]: value })).toThrow(`${name} must be a whole number`);
  });

  it('refuses an option it does not know and says which there are', () => {
    expect(() => readOptions(['--frsh'], {})).toThrow(/unknown option --frsh\n.*--fresh/s);
  });
});
