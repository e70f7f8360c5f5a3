import { RefusedBySource, type SourceAnswer, UnexpectedAnswer } from '../adapter.ts';
import { amazonAdapter as adapter } from './amazon.adapter.ts';
import { AmazonConfig } from './amazon.config.ts';

const settings = {
  marketplace: 'IN',
  credentialVersion: '3.2',
  clientId: 'demo-client',
  clientSecret: 'demo-secret',
  partnerTag: 'souk-21',
};
const config = AmazonConfig.parse(settings);
const fetchedAt = new Date('2026-01-01T00:00:00Z');

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): SourceAnswer => ({
  status,
  headers: new Headers(headers),
  body: typeof body === 'string' ? body : JSON.stringify(body),
  url: new URL('https://creatorsapi.amazon/catalog/v1/getItems'),
  fetchedAt,
});
const item = (asin: string, amount = 399, over: object = {}) => ({
  asin,
  detailPageURL: `https://www.amazon.in/dp/${asin}?tag=souk-21`,
  offersV2: {
    listings: [{ price: { money: { amount, currency: 'INR' } }, availability: { type: 'IN_STOCK' } }],
  },
  ...over,
});
const priceless = (asin: string) =>
  item(asin, 1, { offersV2: { listings: [{ cost: 5, availability: { type: 'IN_STOCK' } }] } });
const asked = ['B0DEMO0001', 'B0DEMO0002', 'B0DEMO0003'];
const lookedUp = (body: unknown, status = 200) => adapter.lookup!.read(config, asked, answer(status, body));
const refusal = (status: number, body: unknown, headers = {}): RefusedBySource => {
  try {
    adapter.lookup!.read(config, asked, answer(status, body, headers));
  } catch (error) {
    if (error instanceof RefusedBySource) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

describe('a token', () => {
  const tokenOf = (over: object) => adapter.authorize!(AmazonConfig.parse({ ...settings, ...over }))!;

  it.each([
    ['2.1', 'US', 'https://creatorsapi.auth.us-east-1.amazoncognito.com/oauth2/token'],
    ['2.2', 'IN', 'https://creatorsapi.auth.eu-south-2.amazoncognito.com/oauth2/token'],
    ['2.3', 'JP', 'https://creatorsapi.auth.us-west-2.amazoncognito.com/oauth2/token'],
  ])('for credentials of version %s is asked for with a form', (credentialVersion, marketplace, url) => {
    const { request } = tokenOf({ credentialVersion, marketplace });
    expect(request.url.href).toBe(url);
    expect(Object.fromEntries(new URLSearchParams(request.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'demo-client',
      client_secret: 'demo-secret',
      scope: 'creatorsapi/default',
    });
  });

  it.each([
    ['3.1', 'MX', 'https://api.amazon.com/auth/o2/token'],
    ['3.2', 'DE', 'https://api.amazon.co.uk/auth/o2/token'],
    ['3.3', 'AU', 'https://api.amazon.co.jp/auth/o2/token'],
  ])('for credentials of version %s is asked for with JSON', (credentialVersion, marketplace, url) => {
    const { request } = tokenOf({ credentialVersion, marketplace });
    expect(request.url.href).toBe(url);
    expect(JSON.parse(request.body!)).toMatchObject({
      client_secret: 'demo-secret',
      scope: 'creatorsapi::default',
    });
  });

  it('is read with its life, and refused where a web page stands in its place', () => {
    const { read } = tokenOf({});
    expect(read(answer(200, { access_token: 't', expires_in: 3600 }))).toEqual({
      accessToken: 't',
      expiresInMs: 3_600_000,
    });
    expect(() => read(answer(200, '<html>Sign in</html>'))).toThrow(UnexpectedAnswer);
    expect(() => read(answer(400, { error: 'invalid_client' }))).toThrow(/invalid_client.*check client id/);
    expect(() => read(answer(503, '<html>'))).toThrow(RefusedBySource);
  });

  it.each([
    [{ credentialVersion: '3.1' }, /not valid in IN: credentials of that region have version 2.2 or 3.2/],
    [{ marketplace: 'ZZ' }, /must be one of US/],
    [{ partnerTag: 'a b' }, /no partner tag/],
  ])('is not even asked for with settings %j', (over, problem) => {
    expect(() => AmazonConfig.parse({ ...settings, ...over })).toThrow(problem);
  });
});

describe('a call', () => {
  it('names marketplace, tag and up to ten products, the secret in no address', () => {
    const request = adapter.lookup!.request(config, asked, 'token');
    expect(adapter.lookup!.maxProducts).toBe(10);
    expect(request).toMatchObject({
      operation: 'getItems',
      method: 'POST',
      headers: { 'x-marketplace': 'www.amazon.in', authorization: 'Bearer token' },
    });
    expect(request.url.href).toBe('https://creatorsapi.amazon/catalog/v1/getItems');
    expect(JSON.parse(request.body!)).toMatchObject({ itemIds: asked, partnerTag: 'souk-21' });
  });

  it('of a version 2 credential says so, and goes where it is told', () => {
    const sandbox = AmazonConfig.parse({
      ...settings,
      credentialVersion: '2.2',
      apiUrl: 'http://127.0.0.1:9/creators/',
    });
    const request = adapter.categories!.request(sandbox, ['1', '2'], 'token');
    expect(request.headers!.authorization).toBe('Bearer token, Version 2.2');
    expect(request.url.href).toBe('http://127.0.0.1:9/creators/catalog/v1/getBrowseNodes');
  });

  it('of a search has its bounds in minor units; one of variations its page', () => {
    const query = { text: 'kettle', minPriceMinor: 10_000, page: 3 };
    expect(JSON.parse(adapter.search!.request(config, query, 't').body!)).toMatchObject({
      keywords: 'kettle',
      minPrice: 10_000,
      itemPage: 3,
    });
    const variations = adapter.variations!.request(config, { product: 'B0DEMO0001', page: 2 }, 't');
    expect(JSON.parse(variations.body!)).toMatchObject({ asin: 'B0DEMO0001', variationPage: 2 });
  });
});

describe('a look-up', () => {
  it('finds each answer by its ASIN, whatever the order, and keeps errors apart from the good items', () => {
    const { items, missing } = lookedUp({
      itemsResult: { items: [item('B0DEMO0003', 3), item('B0OTHER001'), item('B0DEMO0001', 1.5)] },
      errors: [{ code: 'ItemNotAccessible', message: 'The ItemId B0DEMO0002 is not accessible.' }],
    });
    expect(items.map(({ posted }) => [posted.product, posted.price, posted.observedAt])).toEqual([
      ['B0DEMO0001', '1.5', '2026-01-01T00:00:00.000Z'],
      ['B0DEMO0003', '3', '2026-01-01T00:00:00.000Z'],
    ]);
    expect(missing).toEqual([
      { product: 'B0DEMO0002', reason: 'not-accessible', detail: 'The ItemId B0DEMO0002 is not accessible.' },
    ]);
  });

  it.each([
    [
      'says that it knows none',
      404,
      { errors: [{ code: 'NoResults', message: 'No results.' }] },
      'not-found',
    ],
    [
      'says so in its other form',
      404,
      { type: 'ResourceNotFoundException', message: 'No items' },
      'not-found',
    ],
    [
      'calls the code invalid',
      200,
      { errors: [{ code: 'InvalidParameterValue', message: 'B0DEMO0001 B0DEMO0002 B0DEMO0003' }] },
      'not-found',
    ],
    ['leaves them out in silence', 200, { itemsResult: { items: [] } }, 'failed'],
    [
      'is of another marketplace',
      200,
      {
        itemsResult: {
          items: asked.map((asin) => item(asin, 1, { detailPageURL: 'https://www.amazon.com/dp/x' })),
        },
      },
      'failed',
    ],
    ['knows no offer', 200, { itemsResult: { items: asked.map((asin) => ({ asin })) } }, 'no-offer'],
  ])('tells of every product when the answer %s', (_what, status, body, reason) => {
    const { items, missing } = lookedUp(body, status);
    expect(items).toEqual([]);
    expect(missing.map((one) => [one.product, one.reason])).toEqual(
      asked.map((product) => [product, reason]),
    );
  });

  it('refuses a price in a currency that the marketplace does not have', () => {
    const dollars = { offersV2: { listings: [{ price: { money: { amount: 5, currency: 'USD' } } }] } };
    const { missing } = lookedUp({ itemsResult: { items: [item('B0DEMO0001', 1, dollars)] } });
    expect(missing[0]).toMatchObject({ reason: 'failed', detail: expect.stringMatching(/USD.*INR/) });
  });

  it.each([
    ['no JSON', '<html>'],
    ['nothing', {}],
    ['a renamed result', { itemList: { items: [] } }],
    ['items without codes', { itemsResult: { items: [{ id: 'B0DEMO0001' }] } }],
    [
      'prices of another shape',
      { itemsResult: { items: [priceless('B0DEMO0001'), priceless('B0DEMO0002')] } },
    ],
  ])('fails when Amazon answers %s', (_what, body) => {
    expect(() => lookedUp(body)).toThrow(UnexpectedAnswer);
  });

  it('does not take one odd product for a changed interface', () => {
    const { missing } = lookedUp({ itemsResult: { items: [priceless('B0DEMO0001')] } });
    expect(missing[0]).toMatchObject({
      product: 'B0DEMO0001',
      reason: 'failed',
      detail: expect.stringMatching(/shape/),
    });
  });

  it('keeps the good items when one alone has another shape', () => {
    const { items, missing } = lookedUp({
      itemsResult: { items: [item('B0DEMO0001'), item('B0DEMO0002', 1, { offersV2: {} })] },
    });
    expect(items).toHaveLength(1);
    expect(missing[0]).toMatchObject({ product: 'B0DEMO0002', reason: 'failed' });
  });
});

describe('a refusal', () => {
  it.each([
    [
      400,
      {
        type: 'ValidationException',
        message: 'Failed',
        reason: 'FieldValidationFailed',
        fieldList: ['partnerTag'],
      },
      'invalid',
      /FieldValidationFailed - Failed - \(partnerTag\)/,
    ],
    [
      400,
      { type: 'ValidationException', reason: 'X', fieldList: [{ name: 'itemIds', message: 'too many' }] },
      'invalid',
      /itemIds: too many/,
    ],
    [
      400,
      { type: 'ValidationException', message: 'm', reason: 'InvalidPartnerTag' },
      'invalid',
      /check partnerTag/,
    ],
    [
      401,
      { type: 'UnauthorizedException', message: 'Expired', reason: 'TokenExpired' },
      'unauthorized',
      /TokenExpired/,
    ],
    [
      403,
      { type: 'AccessDeniedException', message: 'No', reason: 'AssociateNotEligible' },
      'forbidden',
      /10 qualified sales within the last 30 days.*another source/,
    ],
    [429, { type: 'ThrottleException', message: 'Slow' }, 'throttled', /ThrottleException/],
    [500, { type: 'InternalServerException', message: 'Oops' }, 'unavailable', /Oops/],
    [502, '<html>Bad gateway</html>', 'unavailable', /502/],
    [403, '<html>no</html>', 'forbidden', /403/],
  ] as const)('%s %j says why', (status, body, kind, words) => {
    expect(refusal(status, body)).toMatchObject({ kind, message: expect.stringMatching(words) });
  });

  it('waits as long as Amazon asks, in the body or in the header', () => {
    const body = { type: 'ThrottleException', message: 'Slow' };
    expect(refusal(429, { ...body, retryAfterSeconds: 60 }).retryAfterMs).toBe(60_000);
    expect(refusal(429, body, { 'retry-after': '7' }).retryAfterMs).toBe(7_000);
    expect(refusal(429, body).retryAfterMs).toBeUndefined();
  });
});

describe('other operations', () => {
  it('a search knows its total; an item that is not understood goes along, one without offers does not', () => {
    const items = [
      item('B0DEMO0001'),
      { asin: 'B0DEMO0002' },
      item('B0DEMO0003', 1, { offersV2: {} }),
      { id: 1 },
    ];
    const page = adapter.search!.read(
      config,
      answer(200, { searchResult: { items, totalResultCount: 146 } }),
    );
    expect(page.total).toBe(146);
    expect(page.items.map(({ posted }) => [posted.product, posted.price])).toEqual([
      ['B0DEMO0001', '399'],
      ['B0DEMO0003', undefined],
      [undefined, undefined],
    ]);
    const none = adapter.search!.read(
      config,
      answer(404, { errors: [{ code: 'NoResults', message: 'No' }] }),
    );
    expect(none).toEqual({ items: [], total: 0 });
  });

  it('categories are told with their path', () => {
    const browseNodes = [{ id: '2', displayName: 'Kettles', ancestor: { id: '1', displayName: 'Kitchen' } }];
    const read = adapter.categories!.read(config, answer(200, { browseNodesResult: { browseNodes } }));
    expect(read).toEqual([{ id: '2', name: 'Kettles', path: ['Kitchen', 'Kettles'] }]);
  });
});

describe('the policy', () => {
  it('is Amazon’s strict one, with the words that it wants to be shown', () => {
    expect(adapter.policy(config)).toMatchObject({
      mayStoreHistory: false,
      cacheLifetimeMs: 86_400_000,
      mayAlert: false,
      attribution: expect.stringMatching(/Amazon Associate/),
    });
  });
});
