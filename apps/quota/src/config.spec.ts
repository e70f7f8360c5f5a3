import { readConfig } from '@souk/service';
import { QuotaConfig } from './config.ts';

const base = {
  SOUK_SERVICE: 'quota',
  SOUK_INSTANCE: 'quota-1',
  SOUK_POSTGRES_URL: 'postgres://x',
  SOUK_NATS_URL: 'nats://x',
  SOUK_REDIS_URL: 'redis://x',
};

describe('the settings of quota', () => {
  it('need not name any upstream: sources bring their budgets along', () => {
    expect(readConfig(QuotaConfig, base).SOUK_QUOTA_UPSTREAMS).toEqual([]);
  });

  it('read budgets from a JSON list', () => {
    const text =
      '[{"upstream":"amazon","ratePerSecond":1,"burst":10,"windows":[{"calls":1,"seconds":1}],"guardMs":80,"dailyBudget":8640}]';
    expect(readConfig(QuotaConfig, { ...base, SOUK_QUOTA_UPSTREAMS: text }).SOUK_QUOTA_UPSTREAMS).toEqual(
      JSON.parse(text),
    );
  });

  it.each([
    ['sandbox=20', /SOUK_QUOTA_UPSTREAMS: must be a JSON list/],
    ['[{"upstream":"Keepa","ratePerSecond":1,"burst":1}]', /SOUK_QUOTA_UPSTREAMS.0.upstream: use 1 to 64/],
    [
      `[${Array.from({ length: 2 }, () => '{"upstream":"k","ratePerSecond":1,"burst":1}').join()}]`,
      /names an upstream twice/,
    ],
    ['[{"upstream":"k","ratePerSecond":0,"burst":1}]', /SOUK_QUOTA_UPSTREAMS.0.ratePerSecond/],
    ['[{"upstream":"k","ratePerSecond":0.0001,"burst":1}]', /must not exceed an hour/],
    ['[{"upstream":"k","ratePerSecond":1,"burst":1,"dailyBugdet":5}]', /dailyBugdet/],
  ])('refuse %s and say why', (text, problem) => {
    expect(() => readConfig(QuotaConfig, { ...base, SOUK_QUOTA_UPSTREAMS: text })).toThrow(problem);
  });
});
