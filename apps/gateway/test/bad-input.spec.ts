import { ListWatches, newId, Refusal } from '@souk/contracts';
import type { World } from '@souk/testing';
import { connect } from 'node:net';
import { call, type Call, type KeyRing, startGateway } from './gateway-world.ts';

describe('bad input', () => {
  let world: World;
  let keys: KeyRing;
  let base: string;
  let key: string;

  beforeAll(async () => {
    ({ world, keys } = await startGateway());
    base = world.running('gateway').url!;
    key = keys.make().text;
  });
  afterAll(() => world.stop());

  const watch = { product: { source: 'steam', product: '730' }, when: { dropPercent: 30 } };
  const json = { 'content-type': 'application/json' };
  const cases: [string, string, Call, number, string, object][] = [
    ['an unknown route', '/v1/nothing', {}, 404, 'not-found', {}],
    ['an unknown route with a body', '/v1/nothing', { raw: '{', headers: json }, 404, 'not-found', {}],
    ['a wrong method', '/v1/products', { method: 'DELETE' }, 405, 'method-not-allowed', {}],
    ['an address that cannot be decoded', '/v1/products/%E0%A4%A', {}, 400, 'malformed-request', {}],
    ['an address beyond measure', `/v1/products/${'x'.repeat(5_000)}`, {}, 400, 'malformed-request', {}],
    ['an id that is none', '/v1/products/730', {}, 422, 'invalid', { errors: [{ field: 'id' }] }],
    ['a limit too high', '/v1/products?limit=201', {}, 422, 'invalid', { errors: [{ field: 'limit' }] }],
    [
      'a limit that is no number',
      '/v1/alerts?limit=all',
      {},
      422,
      'invalid',
      { errors: [{ field: 'limit' }] },
    ],
    [
      'a filter that is not known',
      '/v1/products?sorce=steam',
      {},
      422,
      'invalid',
      { errors: [{ field: 'sorce' }] },
    ],
    [
      'a filter given twice',
      '/v1/products?source=a&source=b',
      {},
      422,
      'invalid',
      { errors: [{ field: 'source' }] },
    ],
    ...(
      [
        [`/v1/products/${newId()}/history?from=2026-06-02&to=2026-06-01`, 'from'],
        [`/v1/products/${newId()}/history?format=svg&from=2026-06-02&to=2026-06-01`, 'from'],
        ['/v1/market/report?from=2026-06-02&to=2026-06-01', 'from'],
        ['/v1/savings?from=2026-06-02&until=2026-06-01', 'from'],
        ['/v1/market/report?from=2199-01-01', 'from'],
        ['/v1/market/report?to=9999-12-31', 'to'],
        ['/v1/market/report?from=0001-01-01', 'from'],
        [`/v1/products/${newId()}/history?to=2200-01-01`, 'to'],
        ['/v1/savings?from=1969-12-31', 'from'],
      ] as const
    ).map(([address, field]): (typeof cases)[number] => [
      `a span that is none: ${address.replace(/\/[0-9a-f-]{36}/, '')}`,
      address,
      {},
      422,
      'invalid',
      { errors: [{ field }] },
    ]),
    [
      'a time that is none',
      `/v1/products/${newId()}/history?from=soon`,
      {},
      422,
      'invalid',
      { errors: [{ field: 'from' }] },
    ],
    [
      'no JSON',
      '/v1/watches',
      { raw: '{"when":{},}', headers: json },
      400,
      'malformed-body',
      { errors: [{ line: 1, problem: expect.stringMatching(/line 1, column 12/) }] },
    ],
    [
      'JSON cut off',
      '/v1/watches',
      { raw: '{"when":', headers: json },
      400,
      'malformed-body',
      { detail: expect.stringMatching(/too early/) },
    ],
    ['no body', '/v1/watches', { method: 'POST' }, 422, 'invalid', {}],
    [
      'another media type',
      '/v1/watches',
      { raw: 'when=now', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported-media-type',
      {},
    ],
    [
      'a compressed body',
      '/v1/watches',
      { raw: 'x', headers: { ...json, 'content-encoding': 'gzip' } },
      415,
      'unsupported-media-type',
      {},
    ],
    ['too much', '/v1/watches', { body: { ...watch, note: 'x'.repeat(1_100_000) } }, 413, 'too-large', {}],
    ['an array for an object', '/v1/watches', { body: [] }, 422, 'invalid', {}],
    [
      'a deep field',
      '/v1/watches',
      { body: { ...watch, when: { dropPercent: 0 } } },
      422,
      'invalid',
      { errors: [{ field: 'when.dropPercent' }] },
    ],
    [
      'no condition',
      '/v1/watches',
      { body: { ...watch, when: {} } },
      422,
      'invalid',
      { errors: [{ field: 'when', problem: expect.stringMatching(/at least one/) }] },
    ],
    [
      'a missing field',
      '/v1/watches',
      { body: { when: watch.when, product: { source: 'steam' } } },
      422,
      'invalid',
      { errors: [{ field: 'product.product', problem: 'is required' }] },
    ],
    [
      'an unknown field',
      '/v1/watches',
      { body: { ...watch, whne: 1 } },
      422,
      'invalid',
      { errors: [{ field: 'whne', problem: 'is not known here' }] },
    ],
    [
      'an own prototype',
      '/v1/watches',
      { raw: '{"__proto__":{"a":1},"when":{"dropPercent":3}}', headers: json },
      422,
      'invalid',
      {},
    ],
    [
      'a stream position that is none',
      '/v1/alerts/stream?after=x',
      {},
      422,
      'invalid',
      { errors: [{ field: 'after' }] },
    ],
    [
      'a Last-Event-ID that is none',
      '/v1/alerts/stream',
      { headers: { 'last-event-id': 'x' } },
      422,
      'invalid',
      { errors: [{ field: 'Last-Event-ID' }] },
    ],
    [
      'a webhook to another protocol',
      '/v1/channels',
      { body: { type: 'webhook', url: 'file:///etc/passwd' } },
      422,
      'invalid',
      { errors: [{ field: 'url' }] },
    ],
    [
      'an unknown channel',
      '/v1/channels',
      { body: { type: 'pigeon' } },
      422,
      'invalid',
      { errors: [{ field: 'type' }] },
    ],
    ['a path with a slash too many', '/v1/alerts/', {}, 404, 'not-found', {}],
    [
      'a year that no database knows',
      `/v1/products/${newId()}/history?from=0000-01-01`,
      {},
      422,
      'invalid',
      { errors: [{ field: 'from' }] },
    ],
    [
      'a time beyond the last year',
      `/v1/products/${newId()}/history?to=9999-12-31T23:00:00-05:00`,
      {},
      422,
      'invalid',
      { errors: [{ field: 'to' }] },
    ],
    [
      'NUL in a filter',
      '/v1/products?q=a%00',
      {},
      422,
      'invalid',
      { errors: [{ field: 'q', problem: expect.stringMatching(/NUL/) }] },
    ],
    [
      'half a character in a field',
      '/v1/watches',
      { raw: JSON.stringify({ ...watch, channels: ['inbox', '\ud800'] }), headers: json },
      422,
      'invalid',
      { errors: [{ field: 'channels.1' }] },
    ],
    [
      'a price that is none',
      '/v1/watches',
      { body: { ...watch, when: { priceBelow: '-1' } } },
      422,
      'invalid',
      { errors: [{ field: 'when.priceBelow', problem: 'must be a decimal such as "9.99"' }] },
    ],
    ['an unknown page file', '/assets/..%2Fmain.ts', {}, 404, 'not-found', {}],
    ['a name every object has', '/assets/constructor', {}, 404, 'not-found', {}],
    ['an unknown kind of problem', '/problems/toString', {}, 404, 'not-found', {}],
  ];

  it.each(cases)(
    '%s is answered with a problem that names it',
    async (_, path, options, status, code, document) => {
      const answer = await call(base, path, { key, ...options });
      expect({ status: answer.status, type: answer.json['type'] }).toEqual({
        status,
        type: `/problems/${code}`,
      });
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.json).toMatchObject(document);
      expect(answer.json).toMatchObject({
        status,
        title: expect.any(String),
        detail: expect.any(String),
        instance: expect.stringMatching(/^\/requests\//),
      });
      expect(answer.text).not.toMatch(/node_modules|\.ts:|souk_/);
    },
  );

  it('of a method names the right ones', async () => {
    const answer = await call(base, '/v1/products', { key, method: 'DELETE' });
    expect(answer.headers.get('allow')).toBe('GET');
  });

  it('that is no HTTP is answered with a problem and the connection closed', async () => {
    const answer = await raw(base, 'this is no HTTP\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('/problems/malformed-request');
  });

  it('that only a service sees comes back with its fields, and what fails inside comes back as nothing but a trace', async () => {
    world.answer(ListWatches, ({ cursor }) => {
      const problems = [{ field: 'cursor', problem: 'is not one of ours' }];
      if (cursor) throw new Refusal('invalid', 'The cursor is not one of ours.', { problems });
      throw new Error('password=hunter2 at /srv/secret.ts:12');
    });
    await world.nats.flush();
    const refused = await call(base, '/v1/watches?cursor=abc', { key });
    expect([refused.status, refused.json['errors']]).toEqual([
      422,
      [{ field: 'cursor', problem: 'is not one of ours' }],
    ]);
    world.answer(ListWatches, () => ({ watches: [{ id: 'none' }] as never, next: null }));
    await world.nats.flush();
    const failed = await call(base, '/v1/watches', { key });
    expect(failed.status).toBe(500);
    expect(failed.text).not.toMatch(/hunter2|secret/);
  });

  it('to a service that is away is a 503 that says when to come back', async () => {
    const answer = await call(base, '/v1/keys', { key });
    expect([answer.status, answer.json['type']]).toEqual([503, '/problems/unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

function raw(base: string, text: string): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.write(text);
  });
}
