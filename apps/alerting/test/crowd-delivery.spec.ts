import { CreateChannel, newId, OPERATOR_ACCOUNT_ID, productIdOf } from '@souk/contracts';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { prices, scored, source, startAlerting, watch } from './alerting-world.ts';

const AT_ONCE = 8;
/** What is left to others of as many. */
const OF_OTHERS = 1;
const CROWD_WEBHOOKS = 3;
const MESSAGES_OF_EACH = 15;
const WATCHES = 600;

describe('messages of a crowd', () => {
  let world: Awaited<ReturnType<typeof startAlerting>>;
  let server: Server;
  /** Messages by the path that they came to. */
  const came = new Map<string, string[]>();
  /** Requests of the crowd without an answer. */
  const held: ServerResponse[] = [];
  let holds = true;

  beforeAll(async () => {
    world = await startAlerting({ env: { SOUK_DELIVERY_CONCURRENCY: String(AT_ONCE) } });
    server = createServer((request, response) => {
      void text(request).then(() => {
        const path = request.url!;
        came.set(path, [...(came.get(path) ?? []), String(request.headers['webhook-id'])]);
        if (holds && path.startsWith('/crowd')) held.push(response);
        else response.end();
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  });
  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    await world?.stop();
  });

  const webhook = async (path: string) => {
    const [accountId, channelId] = [newId(), newId()];
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    await world.ask(CreateChannel, { accountId, channelId, channel: { type: 'webhook', url } });
    return { accountId, channelId };
  };
  const crowdCame = () => [...came].filter(([path]) => path.startsWith('/crowd')).flatMap(([, ids]) => ids);

  it('leave room to others while none of its receivers answers, and are recorded many at once', async () => {
    const product = 'storm';
    const webhooks = await Promise.all(
      Array.from({ length: CROWD_WEBHOOKS }, (_, number) => webhook(`/crowd-${number}`)),
    );
    const waiting = Array.from({ length: WATCHES }, (_, place) => {
      const number = Math.floor(place / MESSAGES_OF_EACH);
      return webhooks[number] ?? { accountId: newId(), channelId: 'inbox' };
    });
    await world.sql(
      'alerting',
      `with made as (
         insert into watch (id, account_id, source, product, product_id, pinned, conditions, channels, created_at)
         select gen_random_uuid(), account, $1, $2, $3, false, '{"priceBelow": "9.00"}', array[channel], now()
         from unnest($4::uuid[], $5::text[]) as w(account, channel) returning id, account_id
       )
       insert into match_index (product_id, kind, threshold, watch_id, account_id)
       select $3, 1, 9000000, id, account_id from made`,
      [
        source,
        product,
        productIdOf(OPERATOR_ACCOUNT_ID, source, product),
        waiting.map(({ accountId }) => accountId),
        waiting.map(({ channelId }) => channelId),
      ],
    );
    const other = await webhook('/other');
    await watch(world, other.accountId, 'other', { priceBelow: '9.00' }, [other.channelId]);
    const fall = (name: string) =>
      prices(world, OPERATOR_ACCOUNT_ID, [
        scored(OPERATOR_ACCOUNT_ID, name, { priceMinor: 800, previousPriceMinor: 1_000 }),
      ]);

    await fall(product);
    const isFull = () => held.length === AT_ONCE - OF_OTHERS;
    await world.until(isFull, { what: 'as many messages of the crowd as there may be' });
    await fall('other');
    await world.until(() => came.has('/other'), { what: 'the message of another' });
    expect(held).toHaveLength(AT_ONCE - OF_OTHERS);

    holds = false;
    for (const response of held) response.end();
    const messages = CROWD_WEBHOOKS * MESSAGES_OF_EACH;
    const isOver = async () => (await world.sql('alerting', 'select 1 from delivery_queue')).length === 0;
    await world.until(async () => crowdCame().length >= messages && (await isOver()), {
      what: 'every message of the crowd',
      withinMs: 60_000,
    });
    expect(new Set(crowdCame()).size).toBe(messages);
    expect(crowdCame()).toHaveLength(messages);
    const [written] = await world.sql<{ deliveries: number; transactions: number }>(
      'alerting',
      `select count(*)::int as deliveries, count(distinct xmin::text)::int as transactions
       from delivery where state = 'delivered'`,
    );
    expect(written!.deliveries).toBe(messages + 1);
    expect(written!.transactions).toBeLessThan(messages);
  });
});
