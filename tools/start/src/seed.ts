import { setTimeout as delay } from 'node:timers/promises';

/** What a fresh installation begins with: the sandbox shop's price history, and a watch on each product. */
const WATCHES_AT_MOST = 200;
const WATCHES_AT_ONCE = 8;
const HISTORY_TIMEOUT_MS = 120_000;
const SHOP_ATTEMPTS = 6;
const REQUEST_TIMEOUT_MS = 15_000;

export interface Seeded {
  accepted: number;
  rejected: number;
  watches: number;
}

interface Api {
  url: string;
  apiKey: string;
}

async function answerOf<T>(response: Response, what: string): Promise<T> {
  if (!response.ok)
    throw new Error(`${what} answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
  return (await response.json()) as T;
}

/** The shop stumbles on purpose, as real ones do: asks again after a moment. */
async function askShop(url: URL): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, { signal: AbortSignal.timeout(HISTORY_TIMEOUT_MS) });
    if (response.ok || attempt === SHOP_ATTEMPTS) return response;
    await response.body?.cancel();
    await delay(Number(response.headers.get('retry-after') ?? 0.3) * 1_000);
  }
}

/** Streams the shop's history into Souk; a second time stores nothing more. */
async function postHistory(
  sandboxUrl: string,
  api: Api,
): Promise<{ accepted: number; rejectedCount: number }> {
  const history = await askShop(new URL('/history.ndjson', sandboxUrl));
  if (!history.ok || !history.body) throw new Error(`the sandbox shop has no history: ${history.status}`);
  const response = await fetch(new URL('/v1/observations?mode=backfill', api.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${api.apiKey}`, 'content-type': 'application/x-ndjson' },
    body: history.body,
    duplex: 'half',
    signal: AbortSignal.timeout(HISTORY_TIMEOUT_MS),
  });
  return answerOf(response, 'POST /v1/observations');
}

async function watch(product: string, api: Api): Promise<void> {
  const response = await fetch(new URL('/v1/watches', api.url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': `demonstration-${product}`,
    },
    body: JSON.stringify({
      product: { source: 'sandbox', product },
      when: { dropPercent: 5 },
      channels: ['inbox'],
    }),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  await answerOf(response, 'POST /v1/watches');
}

interface ProductPage {
  items: { id: string }[];
  next: string | null;
}

async function productsOf(sandboxUrl: string): Promise<string[]> {
  const products: string[] = [];
  for (let path: string | null = '/products?perPage=100'; path && products.length < WATCHES_AT_MOST;) {
    const page: ProductPage = await answerOf(await askShop(new URL(path, sandboxUrl)), 'GET /products');
    products.push(...page.items.map(({ id }) => id));
    path = page.next;
  }
  return products.slice(0, WATCHES_AT_MOST);
}

/** @throws with what refused, so that the user sees it; nothing is lost by seeding again */
export async function seed(sandboxUrl: string, api: Api): Promise<Seeded> {
  const { accepted, rejectedCount } = await postHistory(sandboxUrl, api);
  const products = await productsOf(sandboxUrl);
  const waiting = products.values();
  const worker = async (): Promise<void> => {
    for (const product of waiting) await watch(product, api);
  };
  await Promise.all(Array.from({ length: WATCHES_AT_ONCE }, worker));
  return { accepted, rejected: rejectedCount, watches: products.length };
}
