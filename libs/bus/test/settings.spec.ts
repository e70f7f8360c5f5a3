import { readStreamLimits } from '@souk/contracts';
import { BaseConfig } from '@souk/service';

describe('settings', () => {
  it('of services and of the provisioner are the same unless somebody changes them', () => {
    const config = BaseConfig.parse({
      SOUK_SERVICE: 'scoring',
      SOUK_INSTANCE: 'scoring-1',
      SOUK_POSTGRES_URL: 'postgres://localhost/souk',
      SOUK_NATS_URL: 'nats://localhost',
    });
    const { partitions, maxBytes, maxAgeHours } = readStreamLimits({});
    expect(config).toMatchObject({
      SOUK_PARTITIONS: partitions,
      SOUK_STREAM_MAX_BYTES: maxBytes,
      SOUK_STREAM_MAX_AGE_HOURS: maxAgeHours,
    });
  });
});
