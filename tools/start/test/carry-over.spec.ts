import { randomUUID } from 'node:crypto';
import type { ServiceName } from '@souk/contracts';
import { type Migration, runMigrations } from '@souk/service';
import { createDatabase } from '@souk/testing';
import { Client } from 'pg';
import { carryOver } from '../src/backup/carry-over.ts';

const TAKEN_AT = new Date('2026-06-01T12:00:00.000Z');
const at = (hours: number): string => new Date(TAKEN_AT.getTime() + hours * 3_600_000).toISOString();
/** The kind of row in `match_index` that hears when a price has risen far enough to speak of the next fall. */
const REARM_ABOVE = 20;
const SERVICE: ServiceName = 'alerting';
let migrations: Migration[];
beforeAll(async () => {
  // As `npm start` finds them.
  ({ migrations } = (await import(`@souk/${SERVICE}/migrations`)) as { migrations: Migration[] });
});
/** Those before deliveries could be withheld and merged. */
const oldMigrations = (): Migration[] =>
  migrations.slice(
    0,
    migrations.findIndex(({ name }) => name?.startsWith('Speaking')),
  );

interface Delivery {
  id?: string;
  alert?: string;
  channel: string;
  state: string;
  created?: string;
  unknown?: number;
  mergedInto?: string;
}

/** One database of alerting. */
async function startDatabase(applied = migrations) {
  const database = await createDatabase();
  const url = database.urlOf('alerting', 'owner');
  await runMigrations({ url, schema: 'alerting', migrations: applied });
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  const rows = async (text: string, parameters: unknown[] = []) =>
    (await client.query<Record<string, unknown>>(text, parameters)).rows;
  const stateOf = async (id: string) =>
    (await rows('select state from alerting.delivery where id = $1', [id]))[0]?.state;
  const account = randomUUID();
  return {
    client,
    rows,
    channel: (id: string) =>
      rows(
        `insert into alerting.channel (id, account_id, type, state, created_at)
         values ($1, $2, 'telegram', 'ready', now())`,
        [id, account],
      ),
    watch: (id: string, hysteresisPercent: number | null = 10) =>
      rows(
        `insert into alerting.watch (id, account_id, source, product, pinned, conditions, channels, created_at,
           hysteresis_percent)
         values ($1, $2, 'shop', 'tea', false, '{}', '{}', now(), $3)`,
        [id, account, hysteresisPercent],
      ),
    alert: async (watch: string, position: number) => {
      const id = randomUUID();
      await rows(
        `insert into alerting.alert (id, position, account_id, watch_id, product_id, offer_id, source, product,
           price_minor, currency, observed_at, raised_at, reasons, trace_id)
         values ($1, $2, $3, $4, $1, $1, 'shop', 'tea', 900, 'EUR', $5, $5, '[]', 'trace')`,
        [id, position, account, watch, at(1)],
      );
      return id;
    },
    delivery: async ({ id = randomUUID(), channel, state, created = at(1), ...rest }: Delivery) => {
      const { alert = randomUUID(), unknown = 0, mergedInto } = rest;
      await rows(
        `insert into alerting.delivery (id, alert_id, account_id, channel_id, state, created_at, unknown)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [id, alert, account, channel, state, created, unknown],
      );
      if (mergedInto)
        await rows('update alerting.delivery set merged_into = $2 where id = $1', [id, mergedInto]);
      if (state === 'waiting' || state === 'sending')
        await rows(
          `insert into alerting.delivery_queue (delivery_id, lane, channel_id, account_id, due_at)
           values ($1, 'telegram', $2, $3, now())`,
          [id, channel, account],
        );
      return id;
    },
    stateOf,
    statesOf: async (ids: readonly string[]) => {
      const states: unknown[] = [];
      for (const id of ids) states.push(await stateOf(id));
      return states;
    },
    pace: (watch: string, raisedAt: string[]) =>
      rows('insert into alerting.alert_pace (watch_id, account_id, raised_at) values ($1, $2, $3)', [
        watch,
        account,
        raisedAt,
      ]),
    disarm: async (watch: string, offer: string, level: number) => {
      await rows(
        `insert into alerting.disarmed_offer (watch_id, offer_id, account_id, product_id, currency, level, rearms_above)
         values ($1, $2, $3, $2, 'EUR', $4, true)`,
        [watch, offer, account, level],
      );
      await rows(
        `insert into alerting.match_index (product_id, kind, threshold, watch_id, account_id, currency)
         values ($1, $2, $3, $4, $5, 'EUR')`,
        [offer, REARM_ABOVE, level, watch, account],
      );
    },
    stop: async () => {
      await client.end();
      await database.drop();
    },
  };
}

describe('what is carried over into a restored database', () => {
  const started: Awaited<ReturnType<typeof startDatabase>>[] = [];
  const start = async (applied?: typeof migrations) => {
    const database = await startDatabase(applied);
    started.push(database);
    return database;
  };
  afterEach(async () => void (await Promise.all(started.splice(0).map((database) => database.stop()))));

  it('deliveries that ended or may have arrived since the backup, of channels that are in it', async () => {
    const [present, restored] = [await start(), await start()];
    const [channel, newer] = [randomUUID(), randomUUID()];
    await present.channel(channel);
    await present.channel(newer);
    await restored.channel(channel);
    const ended = ['delivered', 'failed', 'cancelled', 'withheld'];
    const known: string[] = [];
    for (const state of ended) known.push(await present.delivery({ channel, state }));
    // It was raised just before, and not there yet when the snapshot was taken.
    known.push(await present.delivery({ channel, state: 'delivered', created: at(-48) }));
    const [doubtful, begun] = [
      await present.delivery({ channel, state: 'waiting', unknown: 1 }),
      await present.delivery({ channel, state: 'sending' }),
    ];
    const waiting = await present.delivery({ channel, state: 'waiting' });
    const told = await present.delivery({ channel, state: 'merged', mergedInto: known[0]! });
    const left = [
      waiting,
      await present.delivery({ channel, state: 'merged', mergedInto: waiting }),
      await present.delivery({ channel: newer, state: 'delivered' }),
    ];

    await carryOver(present.client, restored.client, TAKEN_AT);
    expect(await restored.statesOf(known)).toEqual([...ended, 'delivered']);
    expect(await restored.stateOf(told)).toBe('merged');
    expect(await restored.stateOf(doubtful)).toBe('waiting');
    expect(await restored.stateOf(begun)).toBe('sending');
    expect(await restored.statesOf(left)).toEqual([undefined, undefined, undefined]);
    // Nothing is sent before its alert is raised again.
    expect(await restored.rows('select * from alerting.delivery_queue')).toEqual([]);
  });

  it('alerts raised since, of watches in both, with what is still to be told of them', async () => {
    const [present, restored] = [await start(), await start()];
    const [channel, watch, newer] = [randomUUID(), randomUUID(), randomUUID()];
    for (const one of [present, restored]) {
      await one.channel(channel);
      await one.watch(watch);
    }
    await present.watch(newer);
    const alerts: string[] = [];
    for (const position of [41, 42, 43]) alerts.push(await present.alert(watch, position));
    const waiting = await present.delivery({ channel, state: 'waiting', alert: alerts[0]! });
    const toldWith = { channel, state: 'merged', alert: alerts[1]!, mergedInto: waiting };
    const together = await present.delivery(toldWith);
    const ofNewer = await present.alert(newer, 44);
    const gone = await present.delivery({ channel, state: 'waiting', alert: ofNewer });
    const alone = await present.delivery({ channel, state: 'merged', alert: alerts[2]!, mergedInto: gone });

    await carryOver(present.client, restored.client, TAKEN_AT);
    const positions = await restored.rows('select id, position::int from alerting.alert order by position');
    expect(positions).toEqual(alerts.map((id, index) => ({ id, position: 41 + index })));
    expect(await restored.statesOf([waiting, together, gone, alone])).toEqual([
      ...['waiting', 'merged', undefined],
      'waiting',
    ]);
    const queue = await restored.rows('select delivery_id as id, lane from alerting.delivery_queue');
    expect(new Set(queue)).toEqual(new Set([waiting, alone].map((id) => ({ id, lane: 'telegram' }))));
  });

  it('how far those have come that were unfinished in the backup', async () => {
    const [present, restored] = [await start(), await start()];
    const channel = randomUUID();
    for (const one of [present, restored]) await one.channel(channel);
    const [sent, unknownHere] = [randomUUID(), randomUUID()];
    await present.delivery({ id: sent, channel, state: 'delivered', created: at(-1) });
    for (const id of [sent, unknownHere])
      await restored.delivery({ id, channel, state: 'waiting', created: at(-1) });
    await carryOver(present.client, restored.client, TAKEN_AT);
    expect(await restored.stateOf(sent)).toBe('delivered');
    expect(await restored.stateOf(unknownHere)).toBe('sending');
    const queue = await restored.rows('select delivery_id from alerting.delivery_queue');
    expect(queue).toEqual([{ delivery_id: unknownHere }]);
  });

  it('of watches in both what they remember, where they spoke since', async () => {
    const [present, restored] = [await start(), await start()];
    const [spoke, silent, made, offer] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    for (const id of [spoke, silent, made]) await present.watch(id);
    for (const id of [spoke, silent]) await restored.watch(id);
    await present.pace(spoke, [at(2), at(-2)]);
    await restored.pace(spoke, [at(-2)]);
    await present.pace(silent, [at(-2)]);
    await restored.pace(silent, [at(-2)]);
    await present.pace(made, [at(2)]);
    await present.disarm(spoke, offer, 11_000_000);
    await restored.disarm(spoke, offer, 22_000_000);
    await restored.disarm(silent, offer, 33_000_000);
    await present.disarm(made, offer, 44_000_000);

    await carryOver(present.client, restored.client, TAKEN_AT);
    const paces = await restored.rows('select watch_id, raised_at from alerting.alert_pace');
    expect(new Map(paces.map((row) => [row.watch_id, row.raised_at]))).toEqual(
      new Map([
        [spoke, [new Date(at(2)), new Date(at(-2))]],
        [silent, [new Date(at(-2))]],
      ]),
    );
    const levels = [
      { watch: spoke, level: '11000000' },
      { watch: silent, level: '33000000' },
    ];
    const disarmed =
      'select watch_id as watch, level::text from alerting.disarmed_offer order by disarmed_offer.level';
    expect(await restored.rows(disarmed)).toEqual(levels);
    // Else it would never be noticed that the price has moved away.
    const index = `select watch_id as watch, threshold::text as level from alerting.match_index
      where kind = $1 and kind in (select kind from alerting.row_kind) order by threshold`;
    expect(await restored.rows(index, [REARM_ABOVE])).toEqual(levels);
  });

  it('the position of the inbox, and it never goes back', async () => {
    const [present, restored] = [await start(), await start()];
    const next = async () =>
      (await restored.rows(`select nextval('alerting.alert_position')::int as next`))[0]!.next;
    await present.rows(`select setval('alerting.alert_position', 70)`);
    await restored.rows(`select setval('alerting.alert_position', 40)`);
    await carryOver(present.client, restored.client, TAKEN_AT);
    expect(await next()).toBe(71);
    await restored.rows(`select setval('alerting.alert_position', 90)`);
    await carryOver(present.client, restored.client, TAKEN_AT);
    expect(await next()).toBe(91);
  });

  it('as much as a backup of an older version can hold', async () => {
    const [present, restored] = [await start(), await start(oldMigrations())];
    const channel = randomUUID();
    for (const one of [present, restored]) await one.channel(channel);
    const delivered = await present.delivery({ channel, state: 'delivered' });
    const withheld = await present.delivery({ channel, state: 'withheld' });
    await carryOver(present.client, restored.client, TAKEN_AT);
    expect(await restored.stateOf(delivered)).toBe('delivered');
    expect(await restored.stateOf(withheld)).toBeUndefined();
  });

  it('nothing where the present database has no tables', async () => {
    const [present, restored] = [await start([]), await start()];
    const channel = randomUUID();
    await restored.channel(channel);
    const waiting = await restored.delivery({ channel, state: 'waiting' });
    await carryOver(present.client, restored.client, TAKEN_AT);
    expect(await restored.stateOf(waiting)).toBe('sending');
  });
});
