import { asinOf, startApis, startWebhookReceiver } from '@souk/sandbox';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Answer, Client, Json } from './client.ts';
import { Known } from './fuzz-known.ts';
import { type Product, startProduct } from './product.ts';

/** A product in use: one of everything, so that requests find something. */
export interface Ground {
  /** Whose everything is. */
  owner: Client;
  operator: Client;
  known: Known;
  /** What fields usually hold, see `Values`. */
  words: Readonly<Record<string, readonly string[]>>;
  stop(): Promise<void>;
}

/** As the examples of the document have it. */
const SOURCE = 'amazon-in';
/** Other test files share the Redis in which permits are counted. */
const UPSTREAM = `fuzz-${process.pid}-${Date.now().toString(36)}`;
const ASINS = [1, 2, 3, 4].map((index) => asinOf(index));
const OWN = [
  { source: 'shop', product: 'kettle' },
  { source: 'shop', product: 'mug' },
  { source: 'steam', product: '730' },
];
const GTIN = '4006381333931';
const DECIMALS = ['0.99', '9.99', '14.50', '19.99', '120'];

export async function startGround(): Promise<Ground> {
  const ends: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const [webhook, mailbox, apis] = await Promise.all([
      startWebhookReceiver({}),
      startMailbox(),
      startApis(),
    ]);
    ends.push(webhook.close, mailbox.close, apis.close);
    const product = await startProduct({
      alerting: {
        SOUK_WEBHOOK_ALLOW: '127.0.0.1/32',
        SOUK_SMTP_URL: mailbox.url,
        SOUK_MAIL_FROM: 'souk@souk.example',
      },
      ingestion: { SOUK_SOURCES: JSON.stringify([amazonAt(apis.url)]) },
      quota: {
        SOUK_QUOTA_UPSTREAMS: JSON.stringify([{ upstream: UPSTREAM, ratePerSecond: 1_000, burst: 1_000 }]),
      },
    });
    ends.push(product.stop);
    const { operator } = product;
    const owner = await product.account('fuzzed', { credits: 1_000_000_000 });
    const known = new Known();
    known.keep('accounts', owner.accountId);
    // A run that revokes what it asks with would see nothing but 401.
    for (const { get } of [owner, operator]) {
      known.keep('keys', ...(await get('/v1/keys')).body.items.map(({ id }: Json) => id));
    }
    await settle(product, owner, known, { hook: webhook.url, mails: mailbox.mails });
    return { owner, operator, known, words: wordsOf(webhook.url), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const amazonAt = (url: string) => ({
  source: SOURCE,
  upstream: UPSTREAM,
  adapter: 'amazon',
  intervalMs: 86_400_000,
  canaryIntervalMs: 86_400_000,
  config: {
    marketplace: 'IN',
    credentialVersion: '3.2',
    clientId: UPSTREAM,
    clientSecret: 'secret',
    partnerTag: 'souk-21',
    apiUrl: `${url}/creators`,
    tokenUrl: `${url}/creators/auth/o2/token`,
  },
});

/** Takes every mail. */
async function startMailbox() {
  const mails: string[] = [];
  const server = new SMTPServer({
    logger: false,
    closeTimeout: 100,
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        mails.push(Buffer.concat(pieces).toString());
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** One of everything that stays, and of what can be deleted one that need not. */
async function settle(
  { world }: Product,
  owner: Client,
  known: Known,
  { hook, mails }: { hook: string; mails: string[] },
): Promise<void> {
  const made = async (path: string, body: unknown): Promise<Json> => {
    // A product that has just begun may ask to come again.
    const answer = await world.until(async () => {
      const one = await owner.post(path, body);
      return one.status !== 503 && one;
    });
    return bodyOf(answer, path);
  };
  const webhook = await made('/v1/channels', { type: 'webhook', url: hook });
  const email = await made('/v1/channels', { type: 'email', address: 'ada@mail.example' });
  const code = await world.until(() => /^Subject: (\w+) confirms/m.exec(mails.at(-1) ?? '')?.[1]);
  await made(`/v1/channels/${email.id}/confirm`, { code });
  known.keep('channels', webhook.id, email.id);

  const watched = { product: OWN[0], when: { dropPercent: 10 }, channels: ['inbox', webhook.id] };
  known.keep('watches', (await made('/v1/watches', watched)).id);
  known.add('watches', (await made('/v1/watches', { ...watched, product: OWN[1] })).id);
  known.add('channels', (await made('/v1/channels', { type: 'inbox' })).id);
  known.add('keys', (await made('/v1/keys', { name: 'spare', scopes: ['read'] })).id);

  bodyOf(await owner.observe(prices(1, 20, '19.99')), 'prices');
  bodyOf(await owner.observe(prices(21, 1, '9.99')), 'prices');
  const listed = (path: string, count: number): Promise<Json[]> =>
    world.until(
      async () => {
        const items = (await owner.get(path)).body.items.filter(({ offer }: Json) => offer !== null);
        return items.length >= count && items;
      },
      { what: `${count} at ${path}` },
    );
  const products = await listed('/v1/products', OWN.length);
  known.keep('products', ...products.map(({ id }) => id));
  known.keep('offers', ...products.map(({ offer }) => offer.offerId));
  known.keep('alerts', ...(await listed('/v1/alerts', 1)).map(({ id }) => id));
  const deliveries = await listed(`/v1/channels/${webhook.id}/deliveries`, 1);
  known.keep('deliveries', ...deliveries.map(({ id }) => id));
  for (const { id } of products) {
    await world.until(async () => (await owner.get(`/v1/products/${id}/forecast`)).status === 200);
  }

  const [lookedUp] = await listed(`/v1/products?source=${SOURCE}&product=${ASINS[0]}`, 1);
  await world.until(async () => (await owner.get(`/v1/products/${lookedUp.id}`)).status === 200);
  known.keep('products', lookedUp.id);
  known.keep('jobs', (await made('/v1/jobs', { source: SOURCE, products: ASINS })).id);
  for (const { id } of products) known.add('purchases', (await made('/v1/purchases', { productId: id })).id);
}

const prices = (firstDay: number, days: number, price: string) =>
  OWN.flatMap(({ source, product }) =>
    Array.from({ length: days }, (_, index) => ({
      source,
      product,
      title: `Kettle ${product}`,
      brand: 'Acme',
      category: ['Kitchen', 'Kettles'],
      gtin: GTIN,
      price,
      listPrice: '24.99',
      currency: 'EUR',
      observedAt: new Date(Date.UTC(2025, 10, firstDay + index)).toISOString(),
    })),
  );

function bodyOf({ status, body }: Answer<Json>, what: string): Json {
  if (status >= 300) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
  return body;
}

const wordsOf = (hook: string): Ground['words'] => ({
  source: [...OWN.map(({ source }) => source), SOURCE],
  product: [...OWN.map(({ product }) => product), ...ASINS],
  products: ASINS,
  asin: ASINS,
  identifier: ASINS,
  marketplace: ['IN'],
  marketplaces: ['IN', 'IN,US,DE'],
  shipTo: ['IN', 'DE'],
  currency: ['EUR', 'USD', 'INR'],
  price: DECIMALS,
  listPrice: DECIMALS,
  memberPrice: DECIMALS,
  shipping: DECIMALS,
  target: DECIMALS,
  gtin: [GTIN],
  q: ['kettle', 'Sony'],
  text: ['kettle', 'mug 730'],
  brand: ['Acme'],
  category: ['Kettles'],
  tag: ['kitchen', 'gifts'],
  tags: ['kitchen'],
  // Only what was named by its id gets this one: watches that stay are not deleted by their tag.
  'tag of what may end': ['gifts'],
  addTags: ['gifts'],
  seller: ['Acme', 'Other'],
  language: ['de', 'en'],
  timeZone: ['Europe/Berlin', 'UTC'],
  url: [hook, 'http://127.0.0.1:9/'],
  address: ['ada@mail.example', 'bob@mail.example'],
  // Of categories; of a kind of problem, or of a mail.
  ids: ['100', '100,105,9'],
  code: ['invalid', 'not-found', 'H7KQ2MXP'],
  sample: ['sku;name;price\na1;Kettle;14,99 €\n'],
  content: ['source,product,priceBelow,currency\nshop,kettle,9.99,EUR\n'],
  'Idempotency-Key': Array.from({ length: 50 }, (_, index) => `command-${index}`),
});
