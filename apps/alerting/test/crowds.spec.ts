import { Client } from 'pg';
import { AlertRaised, newId, OPERATOR_ACCOUNT_ID, productIdOf } from '@souk/contracts';
import { listing, prices, scored, source, startAlerting, watch } from './alerting-world.ts';

/** Key of the lock under which alerts take their positions: whoever holds it, no alert is raised. */
const POSITION_LOCK = 4_102;
const WATCHES = 1_100;

describe('a price that very many watches wait for', () => {
  let world: Awaited<ReturnType<typeof startAlerting>>;
  let holder: Client;
  beforeAll(async () => {
    world = await startAlerting();
    holder = new Client({ connectionString: world.urls.admin });
    await holder.connect();
  });
  afterAll(async () => {
    await holder?.end();
    await world?.stop();
  });

  /** Watches of as many accounts below 9 USD, written as the API would. */
  const crowdOf = async (product: string): Promise<void> => {
    await world.sql(
      'alerting',
      `with made as (
         insert into watch (id, account_id, source, product, product_id, pinned, conditions, channels, created_at,
           hysteresis_percent)
         select gen_random_uuid(), gen_random_uuid(), $1, $2, $3, false, '{"priceBelow": "9.00"}', '{inbox}', now(),
           case when n % 10 = 0 then 5 end
         from generate_series(1, $4) as n returning id, account_id
       )
       insert into match_index (product_id, kind, threshold, watch_id, account_id)
       select $3, 1, 9000000, id, account_id from made`,
      [source, product, productIdOf(OPERATOR_ACCOUNT_ID, source, product), WATCHES],
    );
  };
  const fall = (product: string, day: number, priceMinor = 800, previousPriceMinor = 1_000) =>
    prices(world, OPERATOR_ACCOUNT_ID, [
      scored(OPERATOR_ACCOUNT_ID, product, {
        priceMinor,
        previousPriceMinor,
        observedAt: new Date(Date.UTC(2026, 0, day)).toISOString(),
      }),
    ]);
  const alerts = (product: string) =>
    world.sql<{ alerts: number; watches: number }>(
      'alerting',
      'select count(*)::int as alerts, count(distinct watch_id)::int as watches from alert where product = $1',
      [product],
    );
  const told = (product: string) =>
    world.until(
      async () => {
        const rows = await world.sql('alerting', 'select 1 from crowd where product_id = $1', [
          productIdOf(OPERATOR_ACCOUNT_ID, source, product),
        ]);
        return rows.length === 0;
      },
      { what: 'everybody was told', withinMs: 60_000 },
    );
  const hold = () => holder.query('select pg_advisory_lock($1)', [POSITION_LOCK]);
  const letGo = () => holder.query('select pg_advisory_unlock($1)', [POSITION_LOCK]);
  const blocked = () =>
    world.sql<{ pid: number }>(
      'alerting',
      `select pid from pg_locks where locktype = 'advisory' and objid = $1 and not granted
         and database = (select oid from pg_database where datname = current_database())`,
      [POSITION_LOCK],
    );
  const raised = (product: string) =>
    world.events(AlertRaised).filter(({ data }) => data.product === product);

  it('raises every alert once, though the slice in hand dies and the service is started anew', async () => {
    await crowdOf('storm');
    await hold();
    await fall('storm', 2);
    await world.until(async () => (await blocked()).length > 0, { what: 'a slice in hand' });
    for (const { pid } of await blocked()) await holder.query('select pg_terminate_backend($1)', [pid]);
    await letGo();
    const someTold = async () => (await alerts('storm'))[0]!.alerts > 0;
    await world.until(someTold, { what: 'the first slice' });
    await world.running('alerting').stop();
    await world.start('alerting', { instance: 'alerting-2' });
    await told('storm');
    expect(await alerts('storm')).toEqual([{ alerts: WATCHES, watches: WATCHES }]);
    await world.until(() => raised('storm').length >= WATCHES, { what: 'every event' });
    expect(new Set(raised('storm').map(({ data }) => data.id)).size).toBe(WATCHES);
    // One trace and one cause for all of them: the message that the price came in.
    expect(new Set(raised('storm').map(({ causationId }) => causationId)).size).toBe(1);
  });

  it('holds up nobody who waits for another price of its partition', async () => {
    await crowdOf('held');
    const accountId = newId();
    const other = await watch(world, accountId, 'other', { priceBelow: '9.00' });
    await fall('held', 3);
    await fall('other', 3);
    await world.until(
      async () =>
        (await world.sql('alerting', 'select 1 from alert where watch_id = $1', [other.id])).length === 1,
      { what: 'the alert of the other price' },
    );
    await told('held');
    expect(await alerts('held')).toEqual([{ alerts: WATCHES, watches: WATCHES }]);
  });

  it('is told before the prices of its listing that came after it: watches that wait to be armed hear of all', async () => {
    await crowdOf('moving');
    const known = listing(OPERATOR_ACCOUNT_ID, 'moving');
    world.known.set(known.id, known);
    await hold();
    await fall('moving', 4);
    await fall('moving', 5, 1_200, 800);
    await fall('moving', 6, 700, 1_200);
    // A watch that is made meanwhile is told that the price is below its limit already, and hears nothing more.
    const late = await watch(world, newId(), 'moving', { priceBelow: '9.00' });
    expect(late.productId).toBe(known.id);
    await letGo();
    await told('moving');
    expect(await alerts('moving')).toEqual([{ alerts: 2 * WATCHES, watches: WATCHES }]);
    expect(await world.sql('alerting', 'select 1 from alert where watch_id = $1', [late.id])).toEqual([]);
  });
});
