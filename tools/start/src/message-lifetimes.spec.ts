import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageLifetimes } from './message-lifetimes.ts';

const HOUR_MS = 3_600_000;
const lifetimes = (sources: object[], env: Record<string, string> = {}) =>
  messageLifetimes({ SOUK_SOURCES: JSON.stringify(sources), ...env });
const amazon = { source: 'amazon-in', adapter: 'amazon' };
const day = { SOUK_STREAM_MAX_AGE_HOURS: '12', SOUK_OUTBOX_RETENTION_HOURS: '17' };
const strict = (hours: number) => ({
  adapter: 'feed',
  policy: { mayStoreHistory: false, cacheLifetimeMs: hours * HOUR_MS },
});

describe('how long messages are kept', () => {
  it('is shorter where Amazon lets its prices be kept for a day, with the last six hours of an outbox part', () => {
    expect(lifetimes([{ adapter: 'page' }, amazon])).toEqual(day);
    expect(lifetimes([{ ...amazon, policy: { cacheLifetimeMs: null, mayStoreHistory: true } }])).toEqual(day);
  });

  it('follows the shortest lifetime that a source demands', () => {
    expect(lifetimes([strict(100), strict(48)])).toEqual({
      SOUK_STREAM_MAX_AGE_HOURS: '24',
      SOUK_OUTBOX_RETENTION_HOURS: '41',
    });
    expect(lifetimes([strict(8)])).toEqual({
      SOUK_STREAM_MAX_AGE_HOURS: '1',
      SOUK_OUTBOX_RETENTION_HOURS: '1',
    });
    expect(lifetimes([strict(10_000)])).toEqual({
      SOUK_STREAM_MAX_AGE_HOURS: '48',
      SOUK_OUTBOX_RETENTION_HOURS: '120',
    });
  });

  it('follows the days that a history may be kept for', () => {
    const kept = (historyLifetimeDays: number) => ({ adapter: 'feed', policy: { historyLifetimeDays } });
    expect(lifetimes([kept(1), kept(30)])).toEqual(day);
    expect(lifetimes([kept(30)])).toEqual({
      SOUK_STREAM_MAX_AGE_HOURS: '48',
      SOUK_OUTBOX_RETENTION_HOURS: '120',
    });
  });

  it('is as usual where nothing demands it', () => {
    expect(messageLifetimes({})).toEqual({});
    expect(
      lifetimes([{ adapter: 'page', policy: { mayStoreHistory: true, cacheLifetimeMs: HOUR_MS } }]),
    ).toEqual({});
    expect(lifetimes([amazon], { SOUK_AMAZON_PRICE_TRACKING_APPROVED: 'true' })).toEqual({});
  });

  it.each(['SOUK_STREAM_MAX_AGE_HOURS', 'SOUK_OUTBOX_RETENTION_HOURS'])(
    'is what the operator says who sets %s',
    (name) => expect(lifetimes([amazon], { [name]: '100' })).toEqual({}),
  );

  it('is left as it is where it cannot be short enough, or where the sources cannot be read', () => {
    expect(lifetimes([strict(7)])).toEqual({});
    expect(messageLifetimes({ SOUK_SOURCES: '[{' })).toEqual({});
    expect(messageLifetimes({ SOUK_SOURCES: '/no/such/file' })).toEqual({});
    expect(messageLifetimes({ SOUK_SOURCES: '[null, 1]' })).toEqual({});
  });

  it('is read from a file of sources as well', () => {
    const dir = mkdtempSync(join(tmpdir(), 'souk-sources-'));
    writeFileSync(join(dir, 'sources.json'), JSON.stringify([amazon]));
    expect(messageLifetimes({ SOUK_SOURCES: join(dir, 'sources.json') })).toEqual(day);
    rmSync(dir, { recursive: true });
  });
});
