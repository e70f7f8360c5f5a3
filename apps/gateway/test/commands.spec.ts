import {
  CreateAccount,
  CreateKey,
  CreateWatch,
  GetWatch,
  hashApiKey,
  ListKeys,
  newId,
  Refusal,
  RevokeKey,
  type ResponseOf,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { IdempotencyStore } from '../src/idempotency/idempotency.store.ts';
import { call, type KeyRing, operator, startGateway } from './gateway-world.ts';

const at = '2026-01-01T00:00:00.000Z';

describe('a command with an Idempotency-Key', () => {
  let world: World;
  let keys: KeyRing;
  let base: string;
  /** Watches by id: alerting makes one for each id, however often it is told. */
  let watches: Map<string, ResponseOf<typeof CreateWatch>['watch']>;
  let creations: number;
  let gate: Promise<void>;

  beforeAll(async () => {
    ({ world, keys } = await startGateway());
    base = world.running('gateway').url!;
    world.answer(CreateWatch, async ({ watchId, product, when, channels }) => {
      creations += 1;
      await gate;
      if (product?.product === 'gone') throw new Refusal('conflict', 'there are too many watches');
      if (product?.product === 'away') throw new Refusal('unavailable', 'alerting is away');
      const watch = {
        id: watchId,
        product: product!,
        productId: null,
        when,
        channels,
        paused: false,
        createdAt: at,
      };
      watches.set(watchId, watch);
      return { watch, alreadyTrue: [] };
    });
  });
  beforeEach(() => {
    watches = new Map();
    creations = 0;
    gate = Promise.resolve();
  });
  afterAll(() => world.stop());

  const body = (product = '730') => ({ product: { source: 'steam', product }, when: { dropPercent: 30 } });
  const post = (key: string, idempotencyKey: string, content: unknown = body(), path = '/v1/watches') =>
    call(base, path, { key, body: content, headers: { 'idempotency-key': idempotencyKey } });

  it('that comes while Postgres breaks off is told to come again, and then done once', async () => {
    const { text } = keys.make();
    const { Client } = await import('pg');
    const client = new Client({ connectionString: world.urls.postgres('gateway') });
    await client.connect();
    let first: Awaited<ReturnType<typeof post>>;
    try {
      await client.query('begin; lock table gateway.idempotency in access exclusive mode');
      const answer = post(text, 'break-off');
      await world.until(async () => {
        const { rowCount } = await client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where wait_event_type = 'Lock' and datname = current_database()`,
        );
        return rowCount! > 0;
      });
      first = await answer;
    } finally {
      await client.end();
    }
    expect([first.status, first.json['type']]).toEqual([503, '/problems/unavailable']);
    expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await post(text, 'break-off')).status).toBe(201);
    expect(creations).toBe(1);
  });

  it('sent 100 times at once is done once and answered alike', async () => {
    const { text } = keys.make();
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const name = newId();
    const answers = Array.from({ length: 100 }, () => post(text, name));
    await world.until(() => creations === 1);
    open();
    const all = await Promise.all(answers);
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(all.map((answer) => answer.text)).size).toBe(1);
    expect([creations, watches.size]).toEqual([1, 1]);
    expect(all.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(99);
  });

  it('sent with another body is refused, and with another route or account is another command', async () => {
    const [one, other] = [keys.make(), keys.make()];
    const name = newId();
    expect((await post(one.text, name)).status).toBe(201);
    const changed = await post(one.text, name, body('731'));
    expect([changed.status, changed.json['type']]).toEqual([422, '/problems/idempotency-key-reused']);
    expect((await post(other.text, name, body('731'))).status).toBe(201);
    expect(watches.size).toBe(2);
  });

  it('answers a refusal of the first time again, but not that something was away', async () => {
    const { text } = keys.make();
    const gone = newId();
    const first = await post(text, gone, body('gone'));
    const again = await post(text, gone, body('gone'));
    expect([first.status, again.status, again.text === first.text, creations]).toEqual([409, 409, true, 1]);
    expect(again.headers.get('content-type')).toMatch(/problem\+json/);
    const away = newId();
    expect((await post(text, away, body('away'))).status).toBe(503);
    expect((await post(text, away, body('away'))).headers.get('idempotency-replayed')).toBeNull();
    expect(creations).toBe(3);
  });

  it('is done by another once the lock of a crashed gateway has expired, with the same id', async () => {
    const { text, accountId } = keys.make();
    const name = newId();
    await post(text, name);
    const [id] = watches.keys();
    await world.sql(
      'gateway',
      `update idempotency set state = 'running', status = null, response = null, body_sha256 = null,
         locked_until = now() - interval '1 second' where account_id = $1`,
      [accountId],
    );
    const again = await post(text, name);
    expect([again.status, again.json['id'], creations, watches.size]).toEqual([201, id, 2, 1]);
  });

  it('whose client went away before the answer is answered when it is repeated, and done once', async () => {
    const { text } = keys.make();
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const name = newId();
    const abort = new AbortController();
    const gone = fetch(new URL('/v1/watches', base), {
      method: 'POST',
      signal: abort.signal,
      body: JSON.stringify(body()),
      headers: {
        authorization: `Bearer ${text}`,
        'content-type': 'application/json',
        'idempotency-key': name,
      },
    });
    await world.until(() => creations === 1);
    abort.abort();
    await expect(gone).rejects.toThrow(/abort/i);
    open();
    const again = await post(text, name);
    expect([again.status, again.headers.get('idempotency-replayed'), creations]).toEqual([201, 'true', 1]);
  });

  it('is replayed only to the API key that sent it', async () => {
    const { text, accountId } = keys.make();
    const sibling = keys.make({ accountId });
    const name = newId();
    await post(text, name);
    const answer = await post(sibling.text, name);
    expect([answer.status, answer.json['type']]).toEqual([422, '/problems/idempotency-key-reused']);
  });

  it('of an account or key shows the same text again, which is stored nowhere in clear', async () => {
    const made = new Map<string, string>();
    world.answer(CreateAccount, ({ accountId, name, credits, unmetered }) => ({
      account: { id: accountId, name, unmetered, createdAt: at },
      credits: { accountId, unmetered, available: credits, held: 0, receivable: 0, used: 0 },
    }));
    world.answer(CreateKey, ({ keyId, name, scopes, prefix, sha256 }) => {
      made.set(keyId, made.get(keyId) ?? prefix);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      return { key: { id: keyId, name, prefix: made.get(keyId)!, scopes, createdAt: at, revokedAt: null } };
    });
    await world.nats.flush();
    const { text } = keys.make(operator);
    const name = newId();
    const first = await post(text, name, { name: 'Ada', credits: 5 }, '/v1/accounts');
    const again = await post(text, name, { name: 'Ada', credits: 5 }, '/v1/accounts');
    expect(first.status).toBe(201);
    expect(again.text).toBe(first.text);
    const shown = (first.json as unknown as { key: { key: string } }).key.key;
    const rows = await world.sql<{ stored: string }>(
      'gateway',
      'select t::text as stored from idempotency t',
    );
    const stored = rows.map((row) => row.stored).join();
    expect(stored).not.toContain(shown);
    expect(stored).not.toContain(Buffer.from(shown).toString('hex'));
    expect(stored).not.toContain(hashApiKey(shown));
  });

  describe('that makes an API key', () => {
    /** As billing keeps them. */
    let made: { accountId: string; sha256: string; key: ResponseOf<typeof CreateKey>['key'] }[];
    /** So many answers get lost on their way. */
    let losses: number;
    beforeEach(async () => {
      made = [];
      losses = 0;
      world.answer(CreateAccount, ({ accountId, name, credits, unmetered }) => ({
        account: { id: accountId, name, unmetered, createdAt: at },
        credits: { accountId, unmetered, available: credits, held: 0, receivable: 0, used: 0 },
      }));
      world.answer(CreateKey, ({ accountId, keyId: id, name, scopes, prefix, sha256 }) => {
        const earlier = made.find(({ key }) => key.id === id);
        if (earlier?.sha256 === sha256) return { key: earlier.key };
        if (earlier) throw new Refusal('conflict', 'This key was made already; its secret was shown once.');
        const createdAt = new Date().toISOString();
        const key = { id, name, prefix, scopes, createdAt, revokedAt: null };
        made.unshift({ accountId, sha256, key });
        losses -= 1;
        if (losses >= 0) throw new Refusal('unavailable', 'billing did not answer in time');
        return { key };
      });
      world.answer(ListKeys, ({ accountId }) => ({
        keys: made.filter((one) => one.accountId === accountId).map(({ key }) => key),
        next: null,
      }));
      world.answer(RevokeKey, ({ keyId }) => {
        const { key } = made.find((one) => one.key.id === keyId)!;
        key.revokedAt ??= new Date().toISOString();
        return { key };
      });
      await world.nats.flush();
    });
    const live = () => made.filter(({ key }) => key.revokedAt === null);

    it.each([
      ['/v1/keys', { name: 'x', scopes: ['read'] }],
      ['/v1/accounts', { name: 'Ada', credits: 5 }],
    ])(
      'and could not say so makes another one, and nobody holds the lost ones: %s',
      async (path, content) => {
        losses = 2;
        const { text } = keys.make(operator);
        const name = newId();
        expect((await post(text, name, content, path)).status).toBe(503);
        expect((await post(text, name, content, path)).status).toBe(503);
        const told = await post(text, name, content, path);
        expect(told.status).toBe(201);
        const { key } = told.json as unknown as { key: string | { key: string } };
        const shown = typeof key === 'string' ? key : key.key;
        expect(made).toHaveLength(3);
        expect(live().map(({ sha256 }) => sha256)).toEqual([hashApiKey(shown)]);
        expect((await post(text, name, content, path)).text).toBe(told.text);
      },
    );

    it('leaves a key alone whose answer was told and is not kept any more', async () => {
      const { text, accountId } = keys.make();
      const name = newId();
      const content = { name: 'x', scopes: ['read'] };
      expect((await post(text, name, content, '/v1/keys')).status).toBe(201);
      made[0]!.key.createdAt = new Date(Date.now() - 25 * 3_600_000).toISOString();
      await world.sql('gateway', 'delete from idempotency where account_id = $1', [accountId]);
      expect((await post(text, name, content, '/v1/keys')).status).toBe(201);
      expect(live()).toHaveLength(2);
    });
  });

  it('is kept for a day and then purged, of every account', async () => {
    const [old, fresh] = [keys.make(), keys.make()];
    await post(old.text, newId());
    await post(fresh.text, newId());
    await world.sql(
      'gateway',
      `update idempotency set created_at = now() - interval '25 hours' where account_id = $1`,
      [old.accountId],
    );
    expect(await world.app('gateway').get(IdempotencyStore).purge(1_000)).toBe(1);
    const left = await world.sql<{ account_id: string }>('gateway', 'select account_id from idempotency');
    expect(left.map((row) => row.account_id)).toContain(fresh.accountId);
    expect(left.map((row) => row.account_id)).not.toContain(old.accountId);
  });

  it('must have a usable name', async () => {
    const { text } = keys.make();
    const answer = await post(text, 'with space');
    expect(answer.json).toMatchObject({ status: 422, errors: [{ field: 'Idempotency-Key' }] });
  });

  it('is nothing that others see: a foreign watch is not found', async () => {
    world.answer(GetWatch, () => {
      throw new Refusal('not-found', 'There is no such watch.');
    });
    await world.nats.flush();
    const answer = await call(base, `/v1/watches/${newId()}`, { key: keys.make().text });
    expect([answer.status, answer.json['type']]).toEqual([404, '/problems/not-found']);
  });
});
