import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AlertDelivered,
  generateApiKey,
  ListDeadLettersRequest,
  ListDeadLettersResponse,
  query,
  type ServiceName,
  UsageRecorded,
  WatchChanged,
} from '@souk/contracts';
import { startTelegramFake, startWebhookReceiver } from '@souk/sandbox';
import { until, type World } from '@souk/testing';
import { CHAT_SECRETS, startTactless, useChats } from './chat-secrets.ts';
import { type Client, clientOf } from './client.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';
import { startProduct } from './product.ts';

const ROOT = join(import.meta.dirname, '../../..');
const canary = (): string => `canary${randomBytes(16).toString('hex')}`;
const IN_WEBHOOK = canary();
const IN_PASSWORD = canary();
const STRAY_KEY = generateApiKey();
const BROKEN_KEY = `${generateApiKey()}x`;
const TELEGRAM = `4242:${canary()}`;

/** Which of the secrets stand in a text; never the secret itself, should the test fail. */
const foundIn = (secrets: Map<string, string>, text: string): string[] =>
  [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => name);

/** Uses every secret, rightly and wrongly; answers those it was given, and adds each refusal to `problems`. */
async function use(client: Client, hook: string, problems: string[]): Promise<Map<string, string>> {
  const product = { source: 'shop', product: 'p' };
  // A product that has just begun may ask to come again; under the same idempotency key that makes one.
  const made = (path: string, body: object, idempotencyKey: string) =>
    until(async () => {
      const answer = await client.post(path, body, { 'idempotency-key': idempotencyKey });
      return answer.status === 201 && answer;
    });
  const url = `${hook}?token=${IN_WEBHOOK}`;
  const channel = await made('/v1/channels', { type: 'webhook', url }, STRAY_KEY);
  const key = await made('/v1/keys', { name: 'second', scopes: ['*'] }, 'once');
  await client.post(`/v1/channels/${channel.body.id}/test`, {});
  await client.post('/v1/watches', { product, when: { dropPercent: 10 }, channels: [channel.body.id] });
  const line = (price: string, day: number) => ({
    ...product,
    price,
    currency: 'EUR',
    observedAt: new Date(Date.UTC(2026, 0, day)).toISOString(),
  });
  await client.observe([line('10.00', 1), line('5.00', 2)]);
  await until(async () => (await client.get('/v1/alerts')).body.items.length > 0);
  const attempt = async (
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> } = {},
    bearer = key.body.key,
  ): Promise<void> => {
    // A product that has just begun may ask to come again.
    const answer = await until(async () => {
      const one = await fetch(`${client.url}${path}`, {
        ...init,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}`, ...init.headers },
      });
      return one.status !== 503 && one;
    });
    const text = await answer.text();
    expect([path.slice(0, 14), answer.status >= 400 && answer.status < 500]).toEqual([
      path.slice(0, 14),
      true,
    ]);
    problems.push(text, JSON.stringify([...answer.headers]));
  };
  const post = (body: unknown): { method: string; body: string } => ({
    method: 'POST',
    body: JSON.stringify(body),
  });
  await attempt('/v1/watches', {}, BROKEN_KEY);
  await attempt('/v1/watches', {}, STRAY_KEY);
  await attempt('/v1/watches', { headers: { authorization: `Basic ${STRAY_KEY}` } });
  await attempt(`/v1/${key.body.key}`);
  await attempt(`/v1/watches?key=${key.body.key}&limit=-1`);
  await attempt(`/v1/watches/${key.body.key}`);
  await attempt('/v1/watches', post({ key: key.body.key }));
  await attempt('/v1/watches', { method: 'POST', body: `{"key": "${key.body.key}"` });
  await attempt('/v1/channels', post({ type: 'webhook', url: `http://10.0.0.1/?token=${IN_WEBHOOK}` }));
  await attempt('/v1/channels', post({ type: 'webhook', url: `ftp://shop.example/?token=${IN_WEBHOOK}` }));
  await attempt('/v1/channels', post({ type: 'webhook', url: `https://user:${IN_PASSWORD}@shop.example/` }));
  await attempt('/v1/observations', post([{ ...line('1', 3), price: STRAY_KEY, token: IN_WEBHOOK }]));
  expect((await client.delete(`/v1/keys/${key.body.id}`)).status).toBe(204);
  await until(async () => (await clientOf(client.url, key.body.key).get('/v1/keys')).status === 401);
  await attempt('/v1/keys');
  return new Map<string, string>([
    ['the key in use', client.key],
    ['a second key', key.body.key],
    ['a signing secret', channel.body.signingSecret.replace('whsec_', '')],
    ["a webhook's query", IN_WEBHOOK],
    ["a webhook's password", IN_PASSWORD],
    ['a stray key', STRAY_KEY],
    ['a malformed key', BROKEN_KEY.slice(0, -1)],
    ['the token of the bot', TELEGRAM.split(':')[1]!],
  ]);
}

describe('secrets of a running product', () => {
  let dir: string;
  let souk: ChildProcess;
  let spans: Awaited<ReturnType<typeof startOtlpReceiver>>;
  let chat: Awaited<ReturnType<typeof startTelegramFake>>;
  let others: Awaited<ReturnType<typeof startTactless>>;

  beforeAll(async () => {
    spans = await startOtlpReceiver();
    chat = await startTelegramFake({ token: TELEGRAM });
    others = await startTactless();
    dir = mkdtempSync(join(tmpdir(), 'souk-secrets-'));
    chmodSync(dir, 0o755);
    souk = spawn(process.execPath, [join(ROOT, 'tools/start/bootstrap.mjs')], {
      stdio: 'ignore',
      env: {
        ...process.env,
        SOUK_DATA_DIR: join(dir, 'data'),
        SOUK_LOG_LEVEL: 'debug',
        SOUK_WEBHOOK_ALLOW: '127.0.0.1/32',
        ...others.env,
        SOUK_TELEGRAM_TOKEN: TELEGRAM,
        SOUK_TELEGRAM_API_ROOT: chat.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: spans.url,
        OTEL_TRACES_SAMPLER_ARG: '1',
      },
    });
    await until(() => existsSync(join(dir, 'data/run.json')), { withinMs: 200_000, what: 'a product' });
  }, 240_000);
  afterAll(async () => {
    if (souk?.exitCode === null) {
      souk.kill('SIGTERM');
      await once(souk, 'exit');
    }
    await chat?.close();
    await others?.close();
    await spans?.close();
    if (dir) rmSync(dir, { recursive: true, force: true });
  });

  it('stand in no log at level debug, in no span and in no problem document', async () => {
    const data = join(dir, 'data');
    const logs = (): string =>
      readdirSync(join(data, 'logs'))
        .map((name) => readFileSync(join(data, 'logs', name), 'utf8'))
        .join('\n');
    const { url, apiKey } = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8'));
    const problems: string[] = [];
    // Nobody listens there: the delivery and the bot fail, and say so.
    const secrets = await use(clientOf(url, apiKey), 'http://127.0.0.1:9/hook', problems);
    expect(problems.length).toBe(26);
    await useChats(clientOf(url, apiKey), others, problems);
    for (const [name, secret] of CHAT_SECRETS) secrets.set(name, secret);
    await chat.close();
    await until(() => logs().includes('the language model did not help'), { what: 'a word on the model' });
    await until(() => /"service":"alerting".*elegram/.test(logs()), { what: 'a word on the bot' });
    const made = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8'));
    for (const [role, password] of Object.entries<string>(made.postgres)) secrets.set(`of ${role}`, password);
    for (const [user, password] of Object.entries<string>(made.nats)) secrets.set(`NATS, ${user}`, password);
    secrets.set('the key of the live page', made.livePageKey).set('SOUK_SECRET', made.server);
    expect(secrets.size).toBe(38);
    souk.kill('SIGTERM');
    await once(souk, 'exit');

    expect(spans.spans.map(({ service }) => service)).toEqual(
      expect.arrayContaining(['souk-gateway', 'souk-billing', 'souk-alerting']),
    );
    for (const service of ['gateway', 'billing', 'alerting'])
      expect(logs()).toContain(`"service":"${service}"`);
    expect(foundIn(secrets, logs())).toEqual([]);
    expect(foundIn(secrets, spans.bodies.join('\n'))).toEqual([]);
    expect(foundIn(secrets, problems.join('\n'))).toEqual([]);
  });
});

/** Tables that handlers write something of an account into, and the events that they do so for. */
const REFUSING = [
  { service: 'billing', table: 'usage', events: [UsageRecorded, AlertDelivered] },
  { service: 'ingestion', table: 'tracked_watch', events: [WatchChanged] },
] as const;

/** From now on nothing of this account goes into the table, and the reason repeats all that should have. */
const refuse = (world: World, service: ServiceName, table: string, accountId: string): Promise<unknown> =>
  world.sql(
    service,
    `create function refuse() returns trigger language plpgsql as
       $$ begin raise exception 'refused: %', new; end $$;
     create trigger refuse before insert on ${table} for each row
       when (new.account_id = '${accountId}') execute function refuse()`,
  );

async function deadLettersOf(world: World, service: ServiceName) {
  const list = query(`${service}.list-dead-letters`, {
    summary: '',
    request: ListDeadLettersRequest,
    response: ListDeadLettersResponse,
  });
  return (await world.ask(list, { limit: 200 })).items;
}

describe('secrets in the databases', () => {
  it('are kept as hashes or sealed: no dead letter, event or row holds one, but the address of a webhook', async () => {
    const webhook = await startWebhookReceiver({});
    const others = await startTactless();
    const product = await startProduct({ alerting: { SOUK_WEBHOOK_ALLOW: '127.0.0.1/32', ...others.env } });
    try {
      const { world } = product;
      const alice = await product.account('Alice');
      for (const { service, table } of REFUSING) await refuse(world, service, table, alice.accountId);
      const secrets = await use(alice, webhook.url, []);
      await useChats(alice, others, []);
      for (const [name, secret] of CHAT_SECRETS) secrets.set(name, secret);
      await until(() => webhook.requests.items.length > 1);
      await world.publishRaw(UsageRecorded, 'no event');
      await until(async () =>
        (await deadLettersOf(world, 'billing')).some(({ payload }) => payload === 'no event'),
      );
      for (const { service, events } of REFUSING) {
        const lettersOf = async (type: string) =>
          (await deadLettersOf(world, service)).filter(
            ({ eventType, accountId }) => eventType === type && accountId === alice.accountId,
          );
        for (const { type } of events) {
          const what = `a dead letter of ${type}`;
          const first = async () => (await lettersOf(type))[0];
          const letter = await until(first, { withinMs: 90_000, what });
          expect(letter).toMatchObject({ attempts: 5, reason: expect.stringContaining('refused: (') });
          expect(JSON.parse(letter.payload)).toMatchObject({ id: letter.id, type, account: alice.accountId });
        }
        expect(foundIn(secrets, JSON.stringify(await deadLettersOf(world, service)))).toEqual([]);
      }
      const tables = await world.sql<{ name: string }>(
        'gateway',
        `select format('%I.%I', schemaname, tablename) as name from pg_tables
         where schemaname not in ('pg_catalog', 'information_schema')`,
      );
      expect(tables.length).toBeGreaterThan(100);
      const found: string[] = [];
      for (const { name } of tables) {
        const rows = await world.sql('gateway', `select t::text as row from ${name} t`);
        for (const secret of foundIn(secrets, JSON.stringify(rows))) found.push(`${name}: ${secret}`);
      }
      expect(found).toEqual(["alerting.channel: a webhook's query"]);
    } finally {
      await product.stop();
      await others.close();
      await webhook.close();
    }
  }, 240_000);
});
