import {
  asinOf,
  checkWindows,
  firstClosed,
  startApis,
  tokopediaId,
  type ApisOptions,
  type RunningApis,
} from '../index.ts';

/** What the answers below hold, as far as it is looked at. */
interface Body {
  access_token: string;
  itemsResult: {
    items: { asin: string; offersV2: { listings: { price?: { money: { currency: string } } }[] } }[];
  };
  searchResult: { items: unknown[] };
  variationsResult: { items: unknown[] };
  errors: { code: string }[];
  fieldList: string[];
  products: { title: string | null; csv: number[][] }[];
  error: { type: string };
  total: number;
  calls: unknown[];
}
interface GraphQl {
  data: {
    searchProductV5: { header: { totalData: number }; data: { products: { price: { text: string } }[] } };
    pdpGetLayout: { basicInfo: { id: string } } | null;
  };
}

let apis: RunningApis;
let nowMs = Date.UTC(2026, 0, 1);
const start = async (options: ApisOptions = {}): Promise<void> => {
  nowMs = Date.UTC(2026, 0, 1);
  apis = await startApis({ now: () => nowMs, ...options });
};
afterEach(() => apis.close());

async function call<Answer = Body>(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; body: Answer }> {
  const response = await fetch(`${apis.url}${path}`, init);
  const text = await response.text();
  const body = (/^[[{]/.test(text) ? JSON.parse(text) : text) as Answer;
  return { status: response.status, headers: response.headers, body };
}
const post = <Answer = Body>(path: string, body: unknown, headers: Record<string, string> = {}) =>
  call<Answer>(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

async function token(client = 'one'): Promise<string> {
  const fields = {
    grant_type: 'client_credentials',
    client_id: client,
    client_secret: 's',
    scope: 'creatorsapi::default',
  };
  return (await post('/creators/auth/o2/token', fields)).body.access_token;
}
const getItems = async (itemIds: string[], bearer: string, headers: Record<string, string> = {}) =>
  post(
    '/creators/catalog/v1/getItems',
    { itemIds, partnerTag: 'tag-21' },
    { authorization: `Bearer ${bearer}`, 'x-marketplace': 'www.amazon.in', ...headers },
  );

const offersWithout = (field: string) => ({
  offersV2: {
    listings: expect.arrayContaining([expect.not.objectContaining({ [field]: expect.anything() })]),
  },
});

describe('the fake of the Creators API', () => {
  it('gives tokens to both kinds of credentials and lets each in by its own header', async () => {
    await start();
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'two',
      client_secret: 's',
      scope: 'creatorsapi/default',
    });
    const { body } = await call('/creators/oauth2/token', { method: 'POST', body: form });
    expect(body).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
    expect((await getItems([asinOf(1)], `${body.access_token}, Version 2.2`)).status).toBe(200);
    expect((await getItems([asinOf(1)], body.access_token)).body).toMatchObject({ reason: 'InvalidToken' });
    expect((await getItems([asinOf(1)], await token())).status).toBe(200);
    const wrong = {
      grant_type: 'client_credentials',
      client_id: 'x',
      client_secret: 'wrong',
      scope: 'creatorsapi::default',
    };
    expect(await post('/creators/auth/o2/token', wrong)).toMatchObject({
      status: 400,
      body: { error: 'invalid_client' },
    });
  });

  it('ends tokens after their life, and all at once when told to', async () => {
    await start({ tokenLifeSeconds: 60 });
    const first = await token();
    nowMs += 60_000;
    expect(await getItems([asinOf(1)], first)).toMatchObject({
      status: 401,
      body: { reason: 'TokenExpired' },
    });
    const second = await token();
    apis.fail({ kind: 'expire-tokens', count: 1 });
    expect((await getItems([asinOf(1)], second)).status).toBe(401);
    expect((await getItems([asinOf(1)], second)).status).toBe(401);
    expect((await getItems([asinOf(1)], await token())).status).toBe(200);
  });

  it('answers good items beside errors, not in the order of the question, at most ten', async () => {
    await start();
    const bearer = await token();
    const wanted = Array.from({ length: 8 }, (_none, index) => asinOf(index));
    const { body } = await getItems([...wanted, asinOf(firstClosed), 'B0NOBODY00'], bearer);
    const sent = body.itemsResult.items.map(({ asin }) => asin);
    expect(sent.toSorted()).toEqual(wanted);
    expect(sent).not.toEqual(wanted);
    expect(body.errors.map(({ code }) => code)).toEqual(['ItemNotAccessible', 'InvalidParameterValue']);
    expect(body.itemsResult.items[0]!.offersV2.listings[0]!.price?.money.currency).toBe('INR');
    expect(
      await getItems(
        Array.from({ length: 11 }, () => asinOf(1)),
        bearer,
      ),
    ).toMatchObject({
      status: 400,
      body: { fieldList: ['itemIds'] },
    });
  });

  it('insists on a marketplace and a partner tag', async () => {
    await start();
    const bearer = await token();
    expect(
      (await getItems([asinOf(1)], bearer, { 'x-marketplace': 'www.example.com' })).body.fieldList,
    ).toEqual(['x-marketplace']);
    const headers = { authorization: `Bearer ${bearer}`, 'x-marketplace': 'www.amazon.in' };
    const untagged = await post('/creators/catalog/v1/getItems', { itemIds: [asinOf(1)] }, headers);
    expect(untagged.body.fieldList).toEqual(['partnerTag']);
  });

  it('keeps each account to its budget and says how long to wait', async () => {
    await start({ budget: { perSecond: 1, burst: 2, perDay: 3 } });
    const [one, two] = [await token('one'), await token('two')];
    const statuses = [];
    for (const bearer of [one, one, one, two]) statuses.push((await getItems([asinOf(1)], bearer)).status);
    expect(statuses).toEqual([200, 200, 429, 200]);
    expect((await getItems([asinOf(1)], one)).headers.get('retry-after')).toBe('1');
    nowMs += 1_000;
    expect((await getItems([asinOf(1)], one)).status).toBe(200);
    nowMs += 1_000;
    expect((await getItems([asinOf(1)], one)).body).toMatchObject({ retryAfterSeconds: 86_400 - 2 });
  });

  it('searches, lists variations and categories', async () => {
    await start();
    const headers = { authorization: `Bearer ${await token()}`, 'x-marketplace': 'www.amazon.de' };
    const ask = (operation: string, fields: object) =>
      post(`/creators/catalog/v1/${operation}`, { partnerTag: 't', ...fields }, headers);
    const { searchResult } = (await ask('searchItems', { keywords: 'monitor', itemPage: 2 })).body;
    expect(searchResult.items).toHaveLength(10);
    expect((await ask('searchItems', { keywords: 'no such thing' })).status).toBe(404);
    expect((await ask('getVariations', { asin: asinOf(6) })).body.variationsResult.items).toHaveLength(4);
    expect((await ask('getBrowseNodes', { browseNodeIds: ['101', '7'] })).body).toMatchObject({
      browseNodesResult: { browseNodes: [{ id: '101' }] },
      errors: [{ code: 'InvalidParameterValue' }],
    });
  });

  it.each([
    ['throttle', 429, { retryAfterSeconds: 5 }],
    ['error', 500, { type: 'InternalServerException' }],
    ['forbidden', 403, { reason: 'AssociateNotEligible' }],
    ['html', 200, expect.stringMatching(/Robot/)],
    ['empty', 200, expect.not.objectContaining({ itemsResult: expect.anything() })],
    ['drift', 200, { itemsResult: { items: [offersWithout('price'), offersWithout('price')] } }],
    ['partial', 200, { itemsResult: { items: [{}] }, errors: [{ code: 'ItemNotAccessible' }] }],
    ['omit', 200, { itemsResult: { items: [{}] } }],
  ] as const)('fails with %s as often as it is told', async (kind, status, answer) => {
    await start();
    const bearer = await token();
    await post('/faults', { kind, operation: 'getItems', count: 1, retryAfterSeconds: 5 });
    const failed = await getItems([asinOf(1), asinOf(2)], bearer);
    expect({ status: failed.status, answer: failed.body }).toMatchObject({ status, answer });
    expect((await getItems([asinOf(1), asinOf(2)], bearer)).body.itemsResult.items).toHaveLength(2);
  });
});

describe('the fake of Keepa', () => {
  const product = (asins: string[], key = 'k') =>
    call(`/keepa/product?key=${key}&domain=1&asin=${asins.join()}`);

  it('spends a token per product, may end in debt, and refills by the minute', async () => {
    await start({ keepaPerMinute: 1 });
    const asins = Array.from({ length: 61 }, (_none, index) => asinOf(index));
    expect((await product(asins)).body).toMatchObject({ tokensLeft: -1, tokensConsumed: 61, refillRate: 1 });
    expect(await product([asinOf(1)])).toMatchObject({
      status: 429,
      body: { tokensLeft: -1, refillIn: 60_000 },
    });
    expect((await product([asinOf(1)], 'other')).status).toBe(200);
    nowMs += 120_000;
    expect((await product([asinOf(1)])).body).toMatchObject({ tokensLeft: 0 });
  });

  it('sends series of pairs and triples, and products that it does not know without a title', async () => {
    await start();
    const [known, unknown] = (await product([asinOf(1), 'B0NOBODY00'])).body.products;
    expect(known!.csv[0]!.length % 2).toBe(0);
    expect(known!.csv[18]!.length % 3).toBe(0);
    expect(unknown).toMatchObject({ asin: 'B0NOBODY00', title: null, csv: null });
    expect((await product(Array.from({ length: 101 }, () => asinOf(1)))).status).toBe(400);
    expect((await product([asinOf(1)], 'wrong')).body.error.type).toBe('accessKeyInvalid');
  });
});

describe('the fake of Tokopedia', () => {
  const search = (q: string) =>
    post<GraphQl[]>('/tokopedia/graphql/SearchProductV5Query', [
      { operationName: 'SearchProductV5Query', variables: { params: `q=${q}` } },
    ]);

  it('finds products with prices in rupiah, and answers 200 with nothing when told to', async () => {
    await start();
    const found = (await search('monitor')).body[0]!.data.searchProductV5;
    expect(found.header.totalData).toBe(2);
    expect(found.data.products[0]!.price.text).toMatch(/^Rp\d{1,3}(\.\d{3})+$/);
    apis.fail({ kind: 'empty', api: 'tokopedia', count: 1 });
    expect(await search('monitor')).toMatchObject({ status: 200, body: {} });
  });

  it('shows a product, and null for one that it does not have', async () => {
    await start();
    const page = (productID: string) =>
      post<GraphQl[]>('/tokopedia/graphql/PDPGetLayoutQuery', [{ variables: { productID } }]);
    expect((await page(tokopediaId(3))).body[0]!.data.pdpGetLayout?.basicInfo.id).toBe(tokopediaId(3));
    expect((await page('7')).body[0]!.data.pdpGetLayout).toBeNull();
  });
});

describe('the log of the fakes', () => {
  it('tells every call with its time, operation and account, and checks sliding windows', async () => {
    await start();
    const bearer = await token('one');
    for (const wait of [0, 400, 400, 400]) {
      nowMs += wait;
      await getItems([asinOf(1), asinOf(2)], bearer);
    }
    const { body } = await call('/calls?account=one&operation=getItems');
    expect(body.total).toBe(5);
    expect(body.calls[0]).toMatchObject({
      api: 'creators',
      operation: 'getItems',
      account: 'one',
      units: 2,
      status: 200,
    });
    const windows = await call('/calls/windows?account=one&operation=getItems&limit=2&windowMs=1000');
    expect(windows.body).toEqual({ windows: 4, above: 2, most: 3 });
  });

  it('and the faults are cleared when asked to, and what is no fault is refused', async () => {
    await start();
    const bearer = await token('one');
    await post('/faults', { kind: 'omit', operation: 'getItems' });
    const cleared = async (path: string) => (await call(path, { method: 'DELETE' })).body;
    expect([await cleared('/faults'), await cleared('/calls')]).toEqual([{ ok: true }, { ok: true }]);
    expect((await getItems([asinOf(1), asinOf(2)], bearer)).body.itemsResult.items).toHaveLength(2);
    expect((await call('/calls')).body).toMatchObject({ total: 1 });
    expect((await call('/faults', { method: 'POST', body: '{' })).status).toBe(400);
  });

  it('counts a window as the budget does: a second after a call its place is free again', () => {
    const at = (...times: number[]) =>
      times.map((time) => ({ at: time, api: '', operation: '', account: '', units: 1, status: 200 }));
    expect(checkWindows(at(0, 1_000, 2_000), 1, 1_000)).toEqual({ windows: 3, above: 0, most: 1 });
    expect(checkWindows(at(0, 999), 1, 1_000)).toEqual({ windows: 2, above: 1, most: 2 });
    expect(checkWindows([], 1, 1_000)).toEqual({ windows: 0, above: 0, most: 0 });
  });
});
