import { RefusedBySource, type SourceAnswer, UnexpectedAnswer } from '../adapter.ts';
import { tokopediaAdapter as adapter, TokopediaConfig } from './tokopedia.adapter.ts';

const config = TokopediaConfig.parse({ unofficial: true });
const answer = (body: unknown, status = 200): SourceAnswer => ({
  status,
  headers: new Headers(),
  body: typeof body === 'string' ? body : JSON.stringify(body),
  url: new URL('https://gql.tokopedia.com/graphql/x'),
  fetchedAt: new Date('2026-01-01T00:00:00Z'),
});
const searched = (body: unknown, status?: number) => adapter.search!.read(config, answer(body, status));

const kettle = {
  id: '7001',
  name: 'Teko Listrik 1,7 L',
  url: 'https://www.tokopedia.com/toko-demo/teko-listrik?extParam=ivf%3Dfalse',
  mediaURL: { image: 'https://images.example/7001.jpg' },
  price: { text: 'Rp245.000', number: 245_000, original: 'Rp310.000', discountPercentage: 21 },
  shop: { name: 'Toko Demo', city: 'Jakarta Barat', tier: 2 },
  rating: '4.9',
};
const version5 = (products: unknown[], totalData = products.length) => [
  { data: { searchProductV5: { header: { totalData }, data: { products } } } },
];

describe('a search', () => {
  it('reads price, list price and shop of the present shape', () => {
    const { items, total } = searched(version5([kettle], 812));
    expect(total).toBe(812);
    expect(items).toMatchObject([
      {
        posted: {
          product: '7001',
          title: 'Teko Listrik 1,7 L',
          url: 'https://www.tokopedia.com/toko-demo/teko-listrik',
          price: '245000',
          listPrice: '310000',
          currency: 'IDR',
          seller: 'Toko Demo',
          shop: { name: 'Toko Demo', city: 'Jakarta Barat', tier: 'official store' },
          rating: 4.9,
          observedAt: '2026-01-01T00:00:00.000Z',
        },
      },
    ]);
  });

  it('reads the old shape, whose price is a text', () => {
    const old = {
      id: 7001,
      name: 'Teko',
      price: 'Rp1.245.000',
      originalPrice: '',
      ratingAverage: '',
      countReview: 12,
      shop: { name: 'Toko Demo', city: 'Depok', isOfficial: false, isPowerBadge: true },
    };
    const body = { data: { ace_search_product_v4: { header: { totalData: 1 }, data: { products: [old] } } } };
    expect(searched(body).items[0]!.posted).toMatchObject({
      product: '7001',
      price: '1245000',
      reviewCount: 12,
      shop: { city: 'Depok', tier: 'power merchant' },
    });
    expect(searched(body).items[0]!.posted).not.toHaveProperty('listPrice');
  });

  it('uses the text where the number is none, and takes 0 for no price', () => {
    const priced = (price: object) => ({ ...kettle, price });
    const { items } = searched(
      version5([kettle, priced({ text: 'Rp11.760.000', number: 0 }), priced({ text: 'Rp0', number: 0 })]),
    );
    expect(items.map(({ posted }) => posted.price)).toEqual(['245000', '11760000', undefined]);
  });

  it('keeps one product that is not understood apart from the others', () => {
    const { items } = searched(version5([{ ...kettle, price: 'Rp245.000' }, null, kettle]));
    expect(items.map(({ posted }) => posted.product)).toEqual([undefined, undefined, '7001']);
  });

  it('may end: a page behind the last one is empty while the total is not', () => {
    expect(searched(version5([], 812))).toEqual({ items: [], total: 812 });
  });

  it.each([
    ['200 with a total of 0', version5([], 0)],
    ['200 with nothing in it', {}],
    ['200 with null', [{ data: null }]],
    ['200 with an error', [{ errors: [{ message: 'invalid query' }] }]],
    ['a renamed field', [{ data: { searchProductV6: { products: [kettle] } } }]],
    ['products of another shape', version5([{ ...kettle, price: 245_000 }])],
    ['a web page', '<html>captcha</html>'],
  ])('that answers %s is a failure, not an empty shop', (_what, body) => {
    expect(() => searched(body)).toThrow(UnexpectedAnswer);
  });

  it('is refused with its kind', () => {
    expect(() => searched('', 429)).toThrow(RefusedBySource);
    expect(() => searched([{ errors: [{ message: 'Too many requests' }] }])).toThrow(RefusedBySource);
  });
});

const child = (productID: string, option: string, over: object = {}) => ({
  productID,
  price: 66_900,
  priceFmt: 'Rp 0',
  productName: `Jaket ${option}`,
  productURL: `https://www.tokopedia.com/toko-demo/jaket-${option}`,
  optionName: [option],
  stock: { stock: '12', isBuyable: true },
  ...over,
});
const page = (over: object = {}, content: object = {}) => ({
  data: {
    pdpGetLayout: {
      basicInfo: {
        id: '5002',
        shopName: 'Toko Demo',
        url: 'https://www.tokopedia.com/toko-demo/jaket-m',
        condition: 'NEW',
        status: 'ACTIVE',
        category: { detail: [{ name: 'Fashion' }, { name: 'Jaket' }] },
        stats: { countReview: '41', rating: 5 },
        ...over,
      },
      components: [
        { name: 'ticker_info', data: [] },
        {
          name: 'product_content',
          data: [
            { name: 'Jaket M', price: { value: 66_900, currency: 'IDR' }, stock: { value: '9' }, ...content },
          ],
        },
        {
          name: 'new_variant_options',
          data: [
            {
              parentID: '5000',
              variants: [{ identifier: 'size', name: 'ukuran' }],
              children: [
                child('5002', 'M'),
                child('5003', 'L', { price: 69_900, stock: { stock: '0', isBuyable: true } }),
              ],
            },
          ],
        },
      ],
    },
  },
});
const detailOf = (product: string, body: unknown) => adapter.lookup!.read(config, [product], answer(body));

describe('a product page', () => {
  it('tells the product that was asked for, be it shown, a variant, or what the variants belong to', () => {
    expect(detailOf('5002', page()).items[0]!.posted).toMatchObject({
      product: '5002',
      title: 'Jaket M',
      price: '66900',
      currency: 'IDR',
      availability: 'in_stock',
      category: ['Fashion', 'Jaket'],
      condition: 'new',
      seller: 'Toko Demo',
      rating: 5,
      reviewCount: 41,
      variantOf: '5000',
    });
    expect(detailOf('5003', page()).items[0]!.posted).toMatchObject({
      price: '69900',
      availability: 'out_of_stock',
      variant: { size: 'L' },
      variantOf: '5000',
    });
    expect(detailOf('5000', page()).items[0]!.posted).toMatchObject({
      product: '5000',
      price: '66900',
      variantOf: undefined,
    });
    expect(() => detailOf('9999', page())).toThrow(UnexpectedAnswer);
  });

  it('takes the price before a campaign for the list price only while the campaign runs', () => {
    const campaign = { isActive: true, originalPrice: 99_000, discountedPrice: 66_900 };
    expect(detailOf('5002', page({}, { campaign })).items[0]!.posted).toMatchObject({
      price: '66900',
      listPrice: '99000',
    });
    const ended = page({}, { campaign: { ...campaign, isActive: false } });
    expect(detailOf('5002', ended).items[0]!.posted).not.toHaveProperty('listPrice');
  });

  it('lists its variants', () => {
    const { items } = adapter.variations!.read(config, answer(page()));
    expect(items.map(({ posted }) => [posted.product, posted.price])).toEqual([
      ['5002', '66900'],
      ['5003', '69900'],
    ]);
  });

  it('of a product that is gone says so', () => {
    expect(detailOf('5002', page({ status: 'DELETED' })).missing).toMatchObject([
      { product: '5002', reason: 'not-found' },
    ]);
  });

  it.each([
    ['nothing in it', { data: { pdpGetLayout: null } }],
    ['another shape', { data: { pdpGetLayout: { components: [] } } }],
    ['no price', page({}, { price: 66_900 })],
  ])('with %s is a failure', (_what, body) => {
    expect(() => detailOf('5002', body)).toThrow(UnexpectedAnswer);
  });
});

describe('the adapter', () => {
  it('is off unless the operator says that it is not official', () => {
    expect(() => TokopediaConfig.parse({})).toThrow(/offers no interface/);
  });

  it('asks as Tokopedia’s own pages do, bounds in whole rupiah', () => {
    const request = adapter.search!.request(config, { text: 'teko', minPriceMinor: 5_000_000, page: 2 });
    expect(request.url.href).toBe('https://gql.tokopedia.com/graphql/SearchProductV5Query');
    const [{ variables }] = JSON.parse(request.body!) as [{ variables: { params: string } }];
    expect(Object.fromEntries(new URLSearchParams(variables.params))).toMatchObject({
      q: 'teko',
      start: '60',
      pmin: '50000',
    });
    expect(adapter.checkProduct!(config, 'toko/teko')).toMatch(/digits only/);
    expect(adapter.checkProduct!(config, '525027826')).toBeNull();
  });
});
