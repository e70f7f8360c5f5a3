import { catalogue } from '../catalogue.ts';
import { stockItem, stockSize } from './stock.ts';
import { admitted, type ApiAnswer, type ApiRequest, type ApiWorld, type Wording } from './world.ts';

/** Numeric ids of the sandbox's products at Tokopedia. */
const firstId = 10_000_000;
export const tokopediaId = (index: number): string => String(firstId + index);

const wording: Wording = {
  throttled: (seconds) => ({
    status: 429,
    body: [{ errors: [{ message: 'Too many requests' }] }],
    headers: { 'retry-after': String(seconds) },
  }),
  error: { status: 500, body: 'Internal error' },
  forbidden: { status: 403, body: '<!doctype html><title>Access denied</title>' },
};

interface Question {
  operationName?: string;
  variables?: { params?: string; productID?: string };
}

/** Tokopedia's GraphQL below /tokopedia/graphql: searches (version 5) and product pages, one question a call. */
export async function answerTokopedia(
  world: ApiWorld,
  { path, body }: ApiRequest,
): Promise<ApiAnswer | undefined> {
  const operation = /^\/graphql\/(\w+)$/.exec(path)?.[1] ?? '';
  const parsed = JSON.parse(body === '' ? '[]' : body) as Question | Question[];
  const question = Array.isArray(parsed) ? parsed[0] : parsed;
  return admitted(
    world,
    { api: 'tokopedia', operation, account: 'tokopedia', units: 1 },
    wording,
    (fault) => {
      // 200 with nothing in it: what Tokopedia does to callers that it does not like.
      const isChanged = fault?.kind === 'drift';
      if (operation === 'SearchProductV5Query')
        return search(world, question?.variables?.params ?? '', isChanged);
      if (operation === 'PDPGetLayoutQuery')
        return page(world, question?.variables?.productID ?? '', isChanged);
      return { status: 200, body: [{ errors: [{ message: `unknown operation ${operation}` }] }] };
    },
  );
}

const rupiahText = (price: string): string => `Rp${Math.round(Number(price)).toLocaleString('id-ID')}`;
const rupiah = (price: string): number => Math.round(Number(price));

function itemAt({ seed, clock }: ApiWorld, index: number) {
  return stockItem(seed, index, clock.tickAt(clock.now()), 'IDR');
}

function search(world: ApiWorld, params: string, isChanged: boolean): ApiAnswer {
  const query = new URLSearchParams(params);
  const rows = Math.min(200, Math.max(1, Number(query.get('rows') ?? 60)));
  const pageNumber = Math.max(1, Number(query.get('page') ?? 1));
  const wanted = (query.get('q') ?? '').toLowerCase();
  const models = catalogue.flatMap(({ title }, model) =>
    title.toLowerCase().includes(wanted) ? [model] : [],
  );
  const places = models.slice((pageNumber - 1) * rows, pageNumber * rows);
  const products = places.map((index) => {
    const { product, price, listPrice, priceMinor, listPriceMinor } = itemAt(world, index);
    const off = Math.round(100 - (100 * priceMinor) / listPriceMinor);
    return {
      id: tokopediaId(index),
      name: product.title,
      url: `https://www.tokopedia.com/sandbox/${product.id}?extParam=ivf%3Dfalse`,
      mediaURL: { image: `https://images.example/${product.id}.jpg` },
      [isChanged ? 'pricing' : 'price']: {
        text: rupiahText(price),
        number: rupiah(price),
        original: off > 0 ? rupiahText(listPrice) : '',
        discountPercentage: Math.max(0, off),
      },
      shop: { name: product.seller, city: 'Jakarta Barat', tier: index % 4 },
      rating: String(product.rating),
    };
  });
  const header = { totalData: models.length, responseCode: 0 };
  return { status: 200, body: [{ data: { searchProductV5: { header, data: { products } } } }] };
}

function page(world: ApiWorld, id: string, isChanged: boolean): ApiAnswer {
  const index = Number(id) - firstId;
  if (!(index >= 0 && index < stockSize)) return { status: 200, body: [{ data: { pdpGetLayout: null } }] };
  const { product, price, listPrice, availability, event } = itemAt(world, index);
  const content = {
    name: product.title,
    [isChanged ? 'amount' : 'price']: { value: rupiah(price), currency: 'IDR' },
    campaign: {
      isActive: event === 'flash-sale',
      originalPrice: rupiah(listPrice),
      discountedPrice: rupiah(price),
    },
    stock: { value: availability === 'in_stock' ? '25' : '0' },
    preorder: { isActive: false },
  };
  const basicInfo = {
    id,
    shopName: product.seller,
    url: `https://www.tokopedia.com/sandbox/${product.id}`,
    condition: product.condition === 'new' ? 'NEW' : 'USED',
    status: 'ACTIVE',
    category: { detail: product.category.map((name) => ({ name })) },
    stats: { countReview: String(product.reviewCount), rating: product.rating },
  };
  const components = [{ name: 'product_content', data: [content] }];
  return { status: 200, body: [{ data: { pdpGetLayout: { basicInfo, components } } }] };
}
