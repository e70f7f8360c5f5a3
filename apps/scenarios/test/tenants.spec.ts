import { OPERATOR_ACCOUNT_ID, SERVICE_NAMES, type ServiceName } from '@souk/contracts';
import { startWebhookReceiver } from '@souk/sandbox';
import { Client as Postgres } from 'pg';
import type { Client } from './client.ts';
import { type Product, startProduct } from './product.ts';

/** Every table that is not held to tenants by the database, and why it need not or cannot be. */
const WITHOUT_TENANTS: Record<string, string> = {
  'alerting.match_index':
    'one look-up finds the watches of all accounts on a product; ids and thresholds only',
  'alerting.watch_words': 'a new title must find the watches by words of all accounts; hashes of words only',
  'alerting.watch_scope': 'ids made of names of sources and categories that somebody watches, without who',
  'alerting.crowd': 'a price that very many watch, until all are told: its message, like those of the inbox',
  'alerting.crowd_watch': 'who is told of it next, of all accounts; ids only',
  'alerting.row_kind': 'which kinds of conditions there are',
  'alerting.exchange_rate': 'published rates, the same for all',
  'alerting.digest_turn': 'the worker takes the digests that are due whosever they are; ids and times only',
  'alerting.product_link': 'ids of listings that are the same item',
  'alerting.conversation_turn': 'what was said is forgotten whosever it is; ids and times only',
  'alerting.delivery_queue': 'the worker takes what is due whosever it is; ids and times only',
  'alerting.telegram_chat': 'a message from a chat must find its account',
  'alerting.telegram_answer': 'strangers get answers too; dropped once they are sent',
  'alerting.telegram_link': 'a one-time code must find its account; only the hash of the code is there',
  'alerting.chat_update':
    'what a chat platform sends is stored before anybody knows whose it is; without text once done',
  'alerting.link_code': 'a one-time code must find its account; only the hash of the code is there',
  'alerting.slack_workspace': "workspaces' sealed tokens; several accounts may use one workspace",
  'alerting.slack_conversation': 'a message from a conversation must find its account',
  'alerting.slack_message': 'a reaction to a message must find its alert; ids only',
  'alerting.pace': 'ids of channels and when they are free again',
  'alerting.telegram_poller': 'which process asks Telegram',
  'billing.key_hash': 'a key must find its account; only its hash is there',
  'billing.hold_due': 'the sweeper takes what has expired whosever it is; ids and times only',
  'ingestion.job_due': 'workers take what is due whosever it is; ids and times only',
  'ingestion.job_upkeep': 'the same, for what has had its time; ids and times only',
  'ingestion.hold_release': 'the same, for credits to be given back; ids and times only',
  'ingestion.source': "the operator's sources",
  'ingestion.tracked': 'how many watch a product, without who',
  'ingestion.check_plan': 'how often a product that is tracked is looked up, and how its price moves',
  'ingestion.exchange_rate': 'published rates, the same for all',
  'ingestion.exchange_rate_file': 'when the rates were read',
  'ingestion.link': 'ids of listings that are the same item',
  'quota.upstream': "the operator's shops",
  'quota.daily_slot': "calls to the operator's shops",
  'quota.breaker': "state of the operator's shops",
};
/** Held to tenants like the others; only sources that Souk fetches, the operator's, leave rows there. */
const OF_THE_OPERATOR = new Set(['scoring.last_price', 'scoring.history_lifetime']);
/** Rows of chats, of which none is connected, of channels that failed, and of months of prices. */
const LEFT_BY_WHAT_IS_NOT_HERE: readonly (readonly [ServiceName, string])[] = [
  [
    'alerting',
    `insert into conversation (account_id, chat, memory, expires_at) values ($1, 'chat', '{}', 'infinity')`,
  ],
  ['alerting', 'insert into preference (channel_id, account_id) values (gen_random_uuid(), $1)'],
  [
    'alerting',
    `insert into telegram_carousel (id, account_id, product_ids, created_at)
     values (gen_random_uuid(), $1, '{}', now())`,
  ],
  [
    'alerting',
    `insert into notice (id, position, account_id, kind, text, raised_at)
     values (gen_random_uuid(), 1000000, $1, 'channel-failing', 'text', now())`,
  ],
  [
    'alerting',
    `insert into digest (channel_id, period, account_id, seen, made_at)
     values (gen_random_uuid(), '2026-01-01', $1, '{}', now())`,
  ],
  ['scoring', 'insert into forecast_model (account_id) values ($1)'],
];
/** The bus's own, in every schema: messages of all accounts pass through them, read by the relay and the operator. */
const OF_THE_BUS =
  /^(bus_(cursor|dead_letter|inbox|lease|outbox|parked|replica|stream)|bus_(inbox|outbox)_\w+|migration)$/;

interface Table {
  schema: ServiceName;
  name: string;
  isForced: boolean;
  hasAccount: boolean;
}

/** Of nobody: what is asked of it here needs no call. */
const SOURCE_WITH_LOOK_UPS = JSON.stringify([
  {
    source: 'keepa-in',
    adapter: 'keepa',
    config: { marketplace: 'IN', accessKey: 'demo', apiUrl: 'http://127.0.0.1:9' },
  },
]);

let product: Product;
let webhook: Awaited<ReturnType<typeof startWebhookReceiver>>;
let alice: Client & { accountId: string };
let bob: Client & { accountId: string };
let tables: Table[];
const forced = (): Table[] => tables.filter(({ isForced }) => isForced);

beforeAll(async () => {
  webhook = await startWebhookReceiver({});
  product = await startProduct({
    ingestion: { SOUK_SOURCES: SOURCE_WITH_LOOK_UPS },
    // so that two prices are enough for a chunk
    scoring: {
      SOUK_HISTORY_OPEN_POINTS: '2',
      SOUK_HISTORY_CLOSE_INTERVAL_MS: '100',
      SOUK_MARKET_INTERVAL_MS: '100',
      SOUK_CONFIRM_POSTED_SOURCES: 'doubted',
    },
    alerting: { SOUK_WEBHOOK_ALLOW: '127.0.0.1/32' },
  });
  alice = await product.account('Alice');
  bob = await product.account('Bob');
  tables = await product.world.sql(
    'gateway',
    `select n.nspname as schema, c.relname as name, c.relrowsecurity and c.relforcerowsecurity as "isForced",
       exists (select from pg_attribute where attrelid = c.oid and attname = 'account_id' and not attisdropped) as "hasAccount"
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any ($1) and c.relkind in ('r', 'p')`,
    [[...SERVICE_NAMES]],
  );
  for (const client of [alice, bob]) await use(client);
});
afterAll(async () => {
  await product?.stop();
  await webhook?.close();
});

/** Does what leaves a row in every tenant table of every service. */
async function use(client: Client & { accountId: string }): Promise<void> {
  const line = (price: string, day: number, more: Record<string, unknown> = {}) => ({
    source: 'shop',
    product: 'p',
    price,
    currency: 'EUR',
    observedAt: new Date(Date.UTC(2026, 0, day)).toISOString(),
    ...more,
  });
  const channel = await client.post(
    '/v1/channels',
    { type: 'webhook', url: webhook.url },
    { 'idempotency-key': 'one' },
  );
  const watch = await client.post('/v1/watches', {
    product: { source: 'shop', product: 'p' },
    when: { dropPercent: 10 },
    hysteresisPercent: 50,
    channels: ['inbox', channel.body.id],
  });
  const job = await client.post('/v1/jobs', { source: 'keepa-in', products: ['X001ABCDEF'] });
  expect([channel.status, watch.status, job.status]).toEqual([201, 201, 202]);
  await client.observe([line('10.00', 1, { gtin: '4006381333931' }), line('5.00', 2)]);
  // The same moment at another price, and a shop's article number with a wrong check digit.
  await client.observe([line('6.00', 2), line('1.00', 3, { source: 'amazon-in', product: '0306406153' })]);
  await product.world.until(async () => (await client.get('/v1/alerts')).body.items.length > 0);
  // Falls again without having risen in between: kept back.
  await client.observe([line('4.00', 4)]);
  const { body } = await client.get('/v1/products?source=shop');
  expect((await client.get(`/v1/products/${body.items[0].id}/history`)).status).toBe(200);
  expect((await client.post('/v1/purchases', { productId: body.items[0].id })).status).toBe(201);
  // The same item in another shop.
  await client.observe([line('11.00', 1, { source: 'other-shop', product: 'o', gtin: '4006381333931' })]);
  // Far below all that is known, from a source whose prices are to be confirmed.
  const doubted = (price: string, day: number) => line(price, day, { source: 'doubted', product: 'd' });
  await client.observe(Array.from({ length: 20 }, (_, day) => doubted('100.00', day + 1)));
  await client.observe([doubted('1.00', 22)]);
  for (const [service, sql] of LEFT_BY_WHAT_IS_NOT_HERE)
    await product.world.sql(service, sql, [client.accountId]);
}

/** As the service's own role with these tenants set, or with none. */
async function as<T>(
  service: ServiceName,
  tenants: string[] | undefined,
  work: (client: Postgres) => Promise<T>,
): Promise<T> {
  const client = new Postgres({ connectionString: product.world.urls.postgres(service) });
  await client.connect();
  try {
    if (tenants) await client.query(`select set_config('souk.tenants', $1, false)`, [`{${tenants.join()}}`]);
    return await work(client);
  } finally {
    await client.end();
  }
}

const rowsOf = (table: Table, tenants: string[] | undefined, where = ''): Promise<number> =>
  as(table.schema, tenants, async (client) => {
    const { rows } = await client.query(
      `select count(*)::int as count from ${table.schema}.${table.name} ${where}`,
    );
    return rows[0].count as number;
  });

describe('rows of an account', () => {
  it('are held to their tenant by the database in every table, but for a list that says why not', () => {
    const open = tables.filter(({ name, isForced }) => !isForced && !OF_THE_BUS.test(name));
    expect(open.map(({ schema, name }) => `${schema}.${name}`).toSorted()).toEqual(
      Object.keys(WITHOUT_TENANTS).toSorted(),
    );
    expect(forced().length).toBeGreaterThan(20);
    expect(forced().filter(({ hasAccount }) => !hasAccount)).toEqual([]);
    for (const why of Object.values(WITHOUT_TENANTS)) expect(why.length).toBeGreaterThan(10);
  });

  it('are told apart by tenants that are read once for a statement, not anew for each row', async () => {
    const policies = await product.world.sql<{ at: string; qual: string }>(
      'gateway',
      `select schemaname || '.' || tablename as at, qual from pg_policies where schemaname = any ($1)`,
      [[...SERVICE_NAMES]],
    );
    expect(policies.length).toBeGreaterThan(forced().length / 2);
    // A cast of a text around the sub-select: it would be made for every row.
    const slow = policies.filter(({ qual }) => /SELECT NULLIF\(/.test(qual));
    expect(slow.map(({ at }) => at)).toEqual([]);
  });

  it('are there in every such table for both accounts, and none is seen by who names no tenant', async () => {
    for (const table of forced()) {
      const at = `${table.schema}.${table.name}`;
      for (const { accountId } of OF_THE_OPERATOR.has(at) ? [] : [alice, bob]) {
        await product.world.until(
          async () => {
            const rows = await product.world.sql(
              table.schema,
              `select from ${at} where account_id = $1 limit 1`,
              [accountId],
            );
            return rows.length > 0;
          },
          { what: `a row in ${at}` },
        );
      }
      expect([at, await rowsOf(table, undefined)]).toEqual([at, 0]);
      // Who says that there are none sees what is shared with all.
      const ofTenants = `where account_id <> '${OPERATOR_ACCOUNT_ID}'`;
      expect([at, await rowsOf(table, [], ofTenants)]).toEqual([at, 0]);
    }
  });

  it("are seen by their own account, and by no other: what else is seen is the operator's", async () => {
    for (const table of forced()) {
      const at = `${table.schema}.${table.name}`;
      const mine = await rowsOf(table, [alice.accountId], `where account_id = '${alice.accountId}'`);
      const foreign = await rowsOf(
        table,
        [alice.accountId],
        `where account_id not in ('${alice.accountId}', '${OPERATOR_ACCOUNT_ID}')`,
      );
      expect([at, mine > 0, foreign]).toEqual([at, !OF_THE_OPERATOR.has(at), 0]);
    }
  });

  it('are neither written, moved nor deleted for another account', async () => {
    for (const table of forced()) {
      const at = `${table.schema}.${table.name}`;
      const codes = await as(table.schema, [alice.accountId], async (client) => {
        const codeOf = (text: string): Promise<string | number | null> =>
          client.query(text).then(
            ({ rowCount }) => rowCount,
            (error: { code: string }) => error.code,
          );
        return [
          await codeOf(`insert into ${at} (account_id) values ('${bob.accountId}')`),
          await codeOf(
            `update ${at} set account_id = '${bob.accountId}' where account_id = '${alice.accountId}'`,
          ),
          await codeOf(
            `delete from ${at} where account_id in ('${bob.accountId}', '${OPERATOR_ACCOUNT_ID}')`,
          ),
        ];
      });
      // Insufficient privilege. An update without a policy and a delete find no row; an ended hold refuses first.
      expect([at, codes[0]]).toEqual([at, '42501']);
      for (const code of codes.slice(1))
        expect([at, String(code)]).toEqual([at, expect.stringMatching(/^(42501|23514|0)$/)]);
    }
  });
});
