import { keepaMinutes, marketplaceOfKeepa, type Marketplace } from '@souk/amazon';
import { ticksPerDay } from '../price-moves.ts';
import { firstClosed, indexOf, stockItem } from './stock.ts';
import { admitted, type ApiAnswer, type ApiRequest, type ApiWorld, type Wording } from './world.ts';

const perCall = 100;
const historyDays = 30;

/** Keepa's bucket: it fills by `perMinute` every minute up to an hour's worth, and a call may leave it in debt. */
export class KeepaBuckets {
  readonly #buckets = new Map<string, { tokens: number; minute: number }>();
  readonly perMinute: number;

  constructor(perMinute: number) {
    this.perMinute = perMinute;
  }

  /** Tokens left, before and after a call that costs `cost`; nothing is spent while none is left. */
  spend(key: string, cost: number, nowMs: number): { isEmpty: boolean; left: number } {
    const minute = Math.floor(nowMs / 60_000);
    const size = 60 * this.perMinute;
    const bucket = this.#buckets.get(key) ?? { tokens: size, minute };
    this.#buckets.set(key, bucket);
    bucket.tokens = Math.min(size, bucket.tokens + (minute - bucket.minute) * this.perMinute);
    bucket.minute = minute;
    const isEmpty = cost > 0 && bucket.tokens <= 0;
    if (!isEmpty) bucket.tokens -= cost;
    return { isEmpty, left: bucket.tokens };
  }
}

/** Keepa below /keepa: `product` and `token`. The key `wrong` is wrong. */
export async function answerKeepa(
  world: ApiWorld,
  buckets: KeepaBuckets,
  { path, query: inAddress, body }: ApiRequest,
): Promise<ApiAnswer | undefined> {
  // Parameters in the address or as a form.
  const query = new URLSearchParams([...inAddress, ...new URLSearchParams(body)]);
  const operation = path.replace(/^\/|\/$/g, '');
  if (operation !== 'product' && operation !== 'token')
    return { status: 404, body: { error: { message: 'Not found' } } };
  const account = query.get('key') ?? '';
  const asins = operation === 'product' ? (query.get('asin') ?? '').split(',').filter(Boolean) : [];
  const now = world.clock.now();
  const envelope = (left: number, consumed: number) => ({
    timestamp: now,
    tokensLeft: left,
    refillIn: 60_000 - (now % 60_000),
    refillRate: buckets.perMinute,
    tokensConsumed: consumed,
    tokenFlowReduction: 0,
    processingTimeInMs: 1,
  });
  const refused = (status: number, type: string, message: string): ApiAnswer => ({
    status,
    body: { ...envelope(buckets.spend(account, 0, now).left, 0), error: { type, message, details: '' } },
  });
  const wording: Wording = {
    throttled: (seconds) => ({
      status: 429,
      body: {
        ...envelope(0, 0),
        refillIn: seconds * 1_000,
        error: { type: 'notEnoughToken', message: 'No tokens' },
      },
    }),
    error: refused(500, 'internalServerError', 'Something went wrong'),
    forbidden: refused(403, 'accessDenied', 'Access denied'),
  };
  return admitted(world, { api: 'keepa', operation, account, units: asins.length }, wording, (fault) => {
    if (account === '' || account === 'wrong')
      return refused(400, 'accessKeyInvalid', 'The access key is not valid');
    const market = marketplaceOfKeepa(Number(query.get('domain')));
    if (operation === 'token') return { status: 200, body: envelope(buckets.spend(account, 0, now).left, 0) };
    if (!market) return refused(400, 'invalidParameter', 'domain is not valid');
    if (asins.length === 0 || asins.length > perCall)
      return refused(400, 'invalidParameter', `1 to ${perCall} ASINs can be asked for`);
    const { isEmpty, left } = buckets.spend(account, asins.length, now);
    if (isEmpty)
      return {
        status: 429,
        body: { ...envelope(left, 0), error: { type: 'notEnoughToken', message: 'No tokens' } },
      };
    const wantsHistory = query.get('history') !== '0';
    const products = asins.map((asin) => productOf(world, asin, market, wantsHistory));
    if (fault?.kind === 'drift')
      return { status: 200, body: { ...envelope(left, asins.length), result: products } };
    return { status: 200, body: { ...envelope(left, asins.length), products } };
  });
}

function productOf(
  { seed, clock }: ApiWorld,
  asin: string,
  market: Marketplace,
  wantsHistory: boolean,
): object {
  const index = indexOf(asin);
  const domainId = market.keepaDomain;
  if (index === undefined || index >= firstClosed)
    return { asin, domainId, title: null, csv: null, stats: null, lastUpdate: 0 };
  const now = clock.now();
  const at = (tick: number) => stockItem(seed, index, tick, market.currency);
  const tick = clock.tickAt(now);
  const { product, priceMinor, listPriceMinor, availability } = at(tick);
  const price = availability === 'in_stock' ? priceMinor : -1;
  const current = Array.from({ length: 36 }, () => -1);
  Object.assign(current, {
    0: price,
    1: price,
    3: 1_000 + index,
    4: listPriceMinor,
    16: 43,
    17: product.reviewCount,
    18: price,
  });
  const days = Array.from({ length: historyDays }, (_none, day) => tick - (historyDays - day) * ticksPerDay);
  const series = (width: 2 | 3, valueOf: (tick: number) => number): number[] =>
    days.flatMap((past) => {
      const pair = [keepaMinutes(past * clock.tickMs), valueOf(past)];
      return width === 3 ? [...pair, 0] : pair;
    });
  const csv: (number[] | null)[] = Array.from({ length: 36 }, () => null);
  const offered = (past: number): number => (at(past).availability === 'in_stock' ? at(past).priceMinor : -1);
  Object.assign(csv, {
    0: series(2, offered),
    4: series(2, (past) => at(past).listPriceMinor),
    18: series(3, offered),
  });
  return {
    asin,
    domainId,
    title: product.title,
    brand: product.brand,
    parentAsin: null,
    eanList: [product.gtin],
    upcList: null,
    imagesCSV: `${asin}.jpg`,
    categoryTree: product.category.map((name, depth) => ({ catId: depth + 1, name })),
    lastUpdate: keepaMinutes(now),
    csv: wantsHistory ? csv : null,
    stats: { current, buyBoxPrice: price, buyBoxShipping: price < 0 ? -1 : 0 },
  };
}
