import {
  CreateChannel,
  CreateKey,
  CreateWatch,
  DeleteChannel,
  DeleteWatch,
  FindProducts,
  GetCredits,
  GetDeals,
  GetHistory,
  GetLinkedProducts,
  GetProducts,
  GetWatch,
  GrantCredits,
  ListAccounts,
  ListAlerts,
  ListBudgets,
  ListChannels,
  ListEntries,
  ListKeys,
  ListQuarantined,
  ListSources,
  ListWatches,
  newId,
  RevokeKey,
  TestChannel,
  UpdateWatch,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { Operations } from '../src/http/operations.ts';
import * as fixtures from './fixtures.ts';
import { call, type KeyRing, operator, startGateway } from './gateway-world.ts';

type Json = Record<string, unknown>;

const at = '2026-01-01T00:00:00.000Z';

describe('the OpenAPI document', () => {
  let world: World;
  let keys: KeyRing;
  let base: string;
  let document: Json;

  beforeAll(async () => {
    ({ world, keys } = await startGateway());
    base = world.running('gateway').url!;
    document = (await call(base, '/openapi.json')).json;
  });
  afterAll(() => world.stop());

  const operations = (): { path: string; method: string; operation: Json }[] =>
    Object.entries(document['paths'] as Record<string, Record<string, Json>>).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  it('is OpenAPI 3.1, with one id for each operation, and every reference leads somewhere', () => {
    expect(document['openapi']).toBe('3.1.0');
    const ids = operations().map(({ operation }) => operation['operationId']);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      const target = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((node, name) => (node as Json)?.[name], document);
      expect([reference, typeof target]).toEqual([reference, 'object']);
    }
  });

  it('describes each path parameter, each answer and the problems of every route with a key', () => {
    for (const { path, operation } of operations()) {
      const parameters = ((operation['parameters'] ?? []) as { in: string; name: string }[])
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => `{${name}}`);
      expect([path, parameters]).toEqual([path, path.match(/\{\w+\}/g) ?? []]);
      expect(operation['summary']).toEqual(expect.any(String));
      const responses = operation['responses'] as Record<string, { description: string; content?: Json }>;
      for (const { description } of Object.values(responses)) expect(description.length).toBeGreaterThan(0);
      if ((operation['security'] as unknown[]).length === 0) continue;
      for (const status of ['401', '403', '429', '503']) {
        expect(Object.keys(responses[status]?.content ?? {})).toEqual(['application/problem+json']);
      }
    }
  });

  it('tells what scripts rely on', () => {
    const paths = document['paths'] as Record<string, unknown>;
    for (const path of [
      '/v1/observations',
      '/v1/products',
      '/v1/products/{id}',
      '/v1/products/{id}/history',
      '/v1/products/{id}/deal',
      '/v1/products/{id}/offers',
      '/v1/watches',
      '/v1/watches/{id}',
      '/v1/alerts',
      '/v1/alerts/stream',
      '/v1/channels',
      '/v1/channels/{id}/test',
      '/v1/accounts',
      '/v1/keys',
      '/v1/credits',
      '/v1/credits/entries',
      '/healthz',
      '/readyz',
      '/metrics',
    ]) {
      expect(Object.keys(paths)).toContain(path);
    }
  });

  it('matches the answers', async () => {
    const caller = keys.make(operator);
    const { accountId } = caller;
    const product = fixtures.product(accountId, 'p1');
    const hostile = { ...product, facts: { ...product.facts, title: undefined } };
    world.answer(FindProducts, () => ({ products: [product, { ...hostile, offers: [] }], next: 'abc' }));
    world.answer(GetProducts, () => ({ products: [product] }));
    const by = { kind: 'gtin', value: '04006381333931' } as const;
    world.answer(GetLinkedProducts, () => ({
      products: [{ ...product, id: newId(), source: 'elsewhere', by }],
    }));
    world.answer(GetDeals, () => ({ deals: [fixtures.deal(product.id)] }));
    world.answer(GetHistory, () => ({
      points: [
        fixtures.point(product.id),
        fixtures.point(product.id, { listPriceMinor: 1_999, seller: 'a' }),
      ],
      next: null,
    }));
    world.answer(ListAlerts, () => ({ alerts: [fixtures.alert(accountId, 1)], next: null }));
    world.answer(CreateWatch, ({ watchId, product: watched, when, channels }) => ({
      watch: {
        id: watchId,
        product: watched!,
        productId: null,
        when,
        channels,
        paused: false,
        createdAt: at,
      },
      alreadyTrue: [],
    }));
    world.answer(DeleteWatch, () => ({}));
    world.answer(CreateChannel, ({ channelId, channel, name }) => ({
      channel: {
        id: channelId,
        type: channel.type,
        name: name ?? null,
        state: 'ready' as const,
        target: null,
        createdAt: at,
      },
      signingSecret: 'whsec_x',
    }));
    world.answer(GetCredits, () => ({
      credits: { accountId, unmetered: true, available: 1, held: 0, receivable: 0, used: 0 },
    }));
    const watch = {
      id: newId(),
      product: { source: 'a', product: 'b' },
      productId: null,
      when: { dropPercent: 3 },
      channels: ['inbox'],
      paused: false,
      createdAt: at,
    };
    const made = { id: newId(), name: 'x', prefix: 'souk_abc', scopes: ['read' as const], createdAt: at };
    const credits = { accountId, unmetered: true, available: 1, held: 0, receivable: 0, used: 0 };
    world.answer(ListWatches, () => ({ watches: [watch], next: null }));
    world.answer(GetWatch, () => ({ watch }));
    world.answer(UpdateWatch, ({ paused }) => ({ watch: { ...watch, paused: paused ?? false } }));
    world.answer(ListChannels, () => ({ channels: [], next: null }));
    world.answer(DeleteChannel, () => ({}));
    world.answer(TestChannel, () => ({ delivered: false, detail: 'the address does not answer' }));
    world.answer(GrantCredits, () => ({ credits }));
    world.answer(ListEntries, () => ({ entries: [], next: null }));
    world.answer(ListAccounts, () => ({
      accounts: [{ id: accountId, name: 'x', unmetered: true, createdAt: at }],
      next: null,
    }));
    world.answer(ListKeys, () => ({ keys: [{ ...made, revokedAt: null }], next: null }));
    world.answer(RevokeKey, () => ({ key: { ...made, revokedAt: at } }));
    world.answer(CreateKey, ({ prefix }) => ({ key: { ...made, prefix, revokedAt: null } }));
    world.answer(ListSources, () => ({ sources: [] }));
    world.answer(ListBudgets, () => ({ upstreams: [] }));
    world.answer(ListQuarantined, () => ({ items: [], next: null }));
    await world.nats.flush();

    const body = {
      product: { source: 'steam', product: '730' },
      when: { priceBelow: 9.99, currency: 'USD' },
    };
    const calls: [string, string, Parameters<typeof call>[2]][] = [
      ['/v1/products', '/v1/products?include=deal', {}],
      ['/v1/products/{id}', `/v1/products/${product.id}`, {}],
      ['/v1/products/{id}/history', `/v1/products/${product.id}/history?from=2026-01-01&limit=1000`, {}],
      ['/v1/products/{id}/deal', `/v1/products/${product.id}/deal`, {}],
      ['/v1/products/{id}/offers', `/v1/products/${product.id}/offers`, {}],
      ['/v1/alerts', '/v1/alerts', {}],
      ['/v1/watches', '/v1/watches', { body }],
      ['/v1/watches/{id}', `/v1/watches/${newId()}`, { method: 'DELETE' }],
      ['/v1/channels', '/v1/channels', { body: { type: 'webhook', url: 'https://hooks.example/a' } }],
      ['/v1/credits', '/v1/credits', {}],
      ['/v1/watches', '/v1/watches', {}],
      ['/v1/watches/{id}', `/v1/watches/${newId()}`, {}],
      ['/v1/watches/{id}', `/v1/watches/${newId()}`, { method: 'PATCH', body: { paused: true } }],
      ['/v1/channels', '/v1/channels', {}],
      ['/v1/channels/{id}', `/v1/channels/${newId()}`, { method: 'DELETE' }],
      ['/v1/channels/{id}/test', `/v1/channels/${newId()}/test`, { method: 'POST' }],
      ['/v1/credits/entries', '/v1/credits/entries', {}],
      ['/v1/credits/grants', '/v1/credits/grants', { body: { accountId, credits: 5, reason: 'hello' } }],
      ['/v1/accounts', '/v1/accounts', {}],
      ['/v1/keys', '/v1/keys', {}],
      ['/v1/keys', '/v1/keys', { body: { name: 'x', scopes: ['read'] } }],
      ['/v1/keys/{id}', `/v1/keys/${newId()}`, { method: 'DELETE' }],
      ['/v1/sources', '/v1/sources', {}],
      ['/v1/quota', '/v1/quota', {}],
      ['/v1/quarantine', '/v1/quarantine', {}],
      ['/healthz', '/healthz', {}],
      ['/readyz', '/readyz', {}],
    ];
    const routes = world.app('gateway').get(Operations).all();
    for (const [path, address, options] of calls) {
      const answer = await call(base, address, { key: caller.text, ...options });
      const method = options!.method ?? (options!.body ? 'POST' : 'GET');
      const { operation } = routes.find((route) => route.path === path && route.method === method)!;
      const response = operation.responses[answer.status];
      expect([address, answer.status, response?.description]).toEqual([
        address,
        answer.status,
        expect.any(String),
      ]);
      if (!response!.schema) expect(answer.text).toBe('');
      // The very schema that the document shows, and nothing beside it.
      else expect([address, response!.schema.parse(answer.json)]).toEqual([address, answer.json]);
    }
  });

  it('keeps the shapes that scripts rely on', async () => {
    const { text } = keys.make();
    const { json } = await call(base, '/v1/products?source=sandbox&product=p1', { key: text });
    expect(json).toMatchObject({
      items: [
        {
          source: 'sandbox',
          product: 'p1',
          title: 'Product p1',
          offer: { price: '9.99', currency: 'USD', observedAt: at },
        },
        { offer: null, title: null },
      ],
      next: 'abc',
    });
    const history = await call(base, `/v1/products/${newId()}/history`, { key: text });
    expect(history.json).toMatchObject({
      points: [{ observedAt: at, price: '14.99', currency: 'USD', origin: 'posted' }, { listPrice: '19.99' }],
      next: null,
    });
    expect((history.json['points'] as unknown as Json[])[0]).not.toHaveProperty('listPrice');
    const deal = await call(base, `/v1/products/${newId()}/deal`, { key: text });
    expect(deal.json).toMatchObject({
      score: 82,
      confidence: 0.7,
      factors: [{ name: expect.any(String), value: 90, weight: 1, why: expect.any(String) }],
      discount: { claimedPercent: 50, realPercent: 33.4, method: 'median-90d-v1' },
    });
  });
});
