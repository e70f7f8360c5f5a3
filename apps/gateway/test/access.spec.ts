import { generateApiKey, hashApiKey, KeyChanged, newId, OPERATOR_ACCOUNT_ID, SCOPES } from '@souk/contracts';
import type { World } from '@souk/testing';
import { REVALIDATE_AFTER_MS } from '../src/auth/key-cache.ts';
import { call, type KeyRing, operator, startGateway } from './gateway-world.ts';

interface DocumentedOperation {
  operationId: string;
  security: unknown[];
  'x-scope'?: string;
}

describe('access', () => {
  let world: World;
  let keys: KeyRing;
  let base: string;
  let routes: { method: string; path: string; scope: string | undefined; isOpen: boolean }[];

  beforeAll(async () => {
    ({ world, keys } = await startGateway());
    base = world.running('gateway').url!;
    const { json } = await call(base, '/openapi.json');
    const paths = json['paths'] as unknown as Record<string, Record<string, DocumentedOperation>>;
    routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{\w+\}/g, newId()),
        scope: operation['x-scope'],
        isOpen: operation.security.length === 0,
      })),
    );
  });
  afterAll(() => world.stop());

  it('covers every documented route', () => {
    expect(routes.length).toBeGreaterThan(25);
    expect(routes.filter(({ isOpen }) => isOpen).map(({ path }) => path.split('/')[1])).toEqual(
      expect.arrayContaining(['healthz', 'readyz', 'metrics', 'openapi.json']),
    );
    expect(routes.filter(({ isOpen, path }) => isOpen && path.startsWith('/v1'))).toEqual([]);
  });

  it('to every route is refused without a key, with a malformed and with an unknown one, in the same words', async () => {
    const unknown = generateApiKey();
    const malformed = `${unknown.slice(0, -1)}${unknown.endsWith('a') ? 'b' : 'a'}`;
    const details = new Set<unknown>();
    let refused = 0;
    for (const { method, path, isOpen } of routes) {
      if (isOpen) continue;
      const attempts: Record<string, string>[] = [
        {},
        { authorization: `Bearer ${malformed}` },
        { authorization: `Bearer ${unknown}` },
        { authorization: 'Basic dTpw' },
      ];
      for (const headers of attempts) {
        const answer = await call(base, path, { method, headers });
        // After ten failures in a minute the address is told to wait: as closed as before.
        expect([401, 429]).toContain(answer.status);
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        if (answer.status === 401) details.add(answer.json['detail']);
        else expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        refused += 1;
      }
    }
    expect(refused).toBe(routes.filter(({ isOpen }) => !isOpen).length * 4);
    expect([...details]).toHaveLength(1);
  });

  it('to every route is refused to a key with every other scope, naming the one that is missing', async () => {
    for (const { method, path, scope, isOpen } of routes) {
      if (isOpen) continue;
      const others = SCOPES.filter((one) => one !== '*' && one !== scope);
      const key = keys.make({ scopes: others, ...(scope === 'operator' && operator) });
      const answer = await call(base, path, { method, key: key.text });
      expect({ path, status: answer.status, missing: answer.json['missingScope'] }).toEqual({
        path,
        status: 403,
        missing: scope,
      });
    }
  });

  it('to what the operator does is refused to "*" and "operator" keys of any other account', async () => {
    for (const { method, path } of routes.filter(({ scope }) => scope === 'operator')) {
      for (const scopes of [['*' as const], ['operator' as const]]) {
        const answer = await call(base, path, { method, key: keys.make({ scopes }).text });
        expect([path, answer.status]).toEqual([path, 403]);
      }
    }
  });

  it('given to a new key is at most what the asking key has', async () => {
    const make = (key: string, scopes: string[]) =>
      call(base, '/v1/keys', { key, body: { name: 'new', scopes } });
    const limited = keys.make({ scopes: ['keys', 'read'] });
    // 503: past the checks, and nobody is there to answer for billing.
    expect((await make(limited.text, ['read'])).status).toBe(503);
    for (const scope of ['*', 'watches', 'operator']) {
      const answer = await make(limited.text, ['read', scope]);
      expect([scope, answer.status, answer.json['missingScope']]).toEqual([scope, 403, scope]);
    }
    expect((await make(keys.make().text, ['*', 'watches'])).status).toBe(503);
    expect((await make(keys.make().text, ['operator'])).status).toBe(403);
    expect((await make(keys.make(operator).text, ['operator'])).status).toBe(503);
  });

  it('of a right key stands although others fail from the same address', async () => {
    const known = keys.make();
    for (let count = 0; count < 15; count += 1) await call(base, '/v1/keys', { key: 'souk_nonsense' });
    expect((await call(base, '/v1/keys', { key: 'souk_nonsense' })).status).toBe(429);
    expect((await call(base, '/v1/nothing', { key: known.text })).status).toBe(404);
    // 503: past the checks, and nobody is there to answer for billing.
    expect((await call(base, '/v1/keys', { key: known.text })).status).toBe(503);
    expect((await call(base, '/v1/keys', { key: keys.make().text })).status).toBe(503);
  });

  it('asks billing once for a key that is used often, and at once again after it changed', async () => {
    const path = `/v1/watches/${newId()}`;
    const look = async (): Promise<boolean> => {
      const since = performance.now();
      const isYoung = (): boolean => performance.now() - since < REVALIDATE_AFTER_MS;
      const key = keys.make();
      const before = keys.lookups;
      await Promise.all(Array.from({ length: 20 }, () => call(base, path, { key: key.text })));
      expect((await call(base, path, { key: key.text })).status).toBe(503);
      if (isYoung()) expect(keys.lookups - before).toBe(1);
      keys.revoke(key.text);
      await world.publish(
        KeyChanged,
        { keyId: key.keyId, sha256: hashApiKey(key.text), change: 'revoked' },
        { accountId: OPERATOR_ACCOUNT_ID, key: key.keyId },
      );
      await world.until(async () => [401, 429].includes((await call(base, path, { key: key.text })).status));
      return isYoung();
    };
    // A key that is as old as that is asked for anyway: where the machine stood still, another one tells.
    while (!(await look()));
  });
});
