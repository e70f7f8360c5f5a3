import { OUTBOX_SPAN_HOURS } from '@souk/bus';
import { OffersAccepted, OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { startWorld, type World } from '@souk/testing';
import { type Behaviour, keyOf, offer, recorder } from './pipeline.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const SPAN_MS = OUTBOX_SPAN_HOURS * HOUR_MS;

describe('upkeep of what is stored', () => {
  let world: World;
  const behaviour: Behaviour = { before: () => undefined, batches: [] };
  beforeAll(async () => {
    const scoring = recorder(behaviour, {
      SOUK_STREAM_MAX_AGE_HOURS: '12',
      SOUK_OUTBOX_RETENTION_HOURS: '17',
    });
    world = await startWorld({ services: { scoring } });
  });
  afterAll(() => world?.stop());

  /** A part of the outbox and one of the inbox that ended so many hours ago. */
  async function past(endedHoursAgo: number): Promise<string[]> {
    const endMs = Math.floor((Date.now() - endedHoursAgo * HOUR_MS) / SPAN_MS) * SPAN_MS;
    const [from, to] = [endMs - SPAN_MS, endMs].map((ms) => new Date(ms).toISOString());
    const names = ['bus_outbox', 'bus_inbox'].map((table) => `${table}_${endedHoursAgo}h`);
    for (const name of names)
      await world.sql(
        'scoring',
        `create table ${name} partition of ${name.replace(/_\d+h$/, '')} for values from ('${from}') to ('${to}');
         alter table ${name} owner to souk_scoring_owner`,
      );
    return names;
  }

  it('drops prices before a day has passed, and remembers what was handled for as long as the broker delivers', async () => {
    const names = [...(await past(6)), ...(await past(17)), ...(await past(30)), ...(await past(60))];
    const left = (): Promise<{ name: string }[]> =>
      world.sql(
        'scoring',
        `select name from unnest($1::text[]) as name where to_regclass(name) is not null`,
        [names],
      );
    // The service itself does it, every few seconds.
    await world.until(async () => (await left()).length === 4 && left(), { withinMs: 30_000 });
    expect((await left()).map(({ name }) => name).toSorted()).toEqual([
      'bus_inbox_17h',
      'bus_inbox_30h',
      'bus_inbox_6h',
      'bus_outbox_6h',
    ]);
  });

  it('deletes prices that wait or were given up when their source lets nobody keep them longer, and no others', async () => {
    behaviour.before = () => {
      throw new Error('poison');
    };
    const policy = (cacheLifetimeMs: number, mayStoreHistory: boolean, historyLifetimeDays?: number) => ({
      policy: { mayStoreHistory, cacheLifetimeMs, historyLifetimeDays, mayAlert: false, attribution: null },
      collectedAt: new Date().toISOString(),
    });
    const expired = { ...offer('expired', 1), ...policy(5 * MINUTE_MS, false) };
    const letters = [
      expired,
      { ...offer('kept', 1), ...policy(5 * MINUTE_MS, true) },
      {
        ...offer('aged', 1),
        ...policy(HOUR_MS, true, 1),
        collectedAt: new Date(Date.now() - 24 * HOUR_MS + 5 * MINUTE_MS).toISOString(),
      },
      { ...offer('fresh', 1), ...policy(HOUR_MS, false) },
    ];
    const send = (data: (typeof letters)[number], key: string) =>
      world.publish(OffersAccepted, data, { accountId: OPERATOR_ACCOUNT_ID, key });
    // What breaks the contract is given up at once, what fails otherwise waits for another attempt.
    await world.publishRaw(
      OffersAccepted,
      JSON.stringify({ time: expired.collectedAt, data: { policy: expired.policy } }),
      0,
    );
    await world.publishRaw(OffersAccepted, 'no price at all', 0);
    for (const data of letters) await send(data, keyOf(data.offers[0]!.product));
    const left = (): Promise<{ payload: string }[]> =>
      world.sql('scoring', 'select payload from bus_parked union all select payload from bus_dead_letter');
    await world.until(async () => (await left()).length === 6);
    // Ten minutes pass, once all are there; also for what is given up only then, after its last attempt.
    const pass = async (): Promise<void> => {
      for (const table of ['bus_parked', 'bus_dead_letter'])
        await world.sql(
          'scoring',
          `update ${table} set keep_until = now() where keep_until between now() and now() + interval '10 minutes'`,
        );
    };
    const kept = await world.until(async () => {
      await pass();
      const found = await left();
      return found.length === 3 && found;
    });
    expect(kept.map(({ payload }) => /"product":"(\w+)"/.exec(payload)?.[1] ?? payload).toSorted()).toEqual([
      'fresh',
      'kept',
      'no price at all',
    ]);
  });
});
