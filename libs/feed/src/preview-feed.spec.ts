import { FeedMapping } from './feed-settings.ts';
import { previewFeed } from './preview-feed.ts';

async function* bytesOf(text: string) {
  yield Buffer.from(text);
}
const preview = (text: string, mapping?: object) =>
  previewFeed(bytesOf(text), {}, mapping && FeedMapping.parse(mapping), {
    now: new Date('2026-03-10T12:00:00Z'),
    maxBytes: 1_000_000,
  });
const csv = (header: string, row: string): string => `${header}\n${row}\n`;

describe('the mapping that is proposed', () => {
  it.each([
    [
      'Google Merchant',
      'id\ttitle\tlink\timage_link\tavailability\tprice\tsale_price\tsale_price_effective_date\tbrand\tgtin\tproduct_type\titem_group_id\tcondition\tshipping',
      'a1\tKettle\thttps://x.example/a1\thttps://x.example/a1.jpg\tin stock\t14.99 EUR\t\t\tAcme\t4006381333931\tHome > Kitchen\tg1\tnew\tDE:::4.90 EUR',
      {
        price: '14.99',
        currency: 'EUR',
        category: ['Home', 'Kitchen'],
        gtin: '4006381333931',
        variantOf: 'g1',
        shipping: '4.90',
      },
    ],
    [
      'Shopify',
      'Handle,Title,Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,Image Src',
      'kettle,Kettle,Acme,Kettles,Colour,Red,a1,3,14.99,19.99,4006381333931,https://x.example/a1.jpg',
      { product: 'a1', price: '14.99', listPrice: '19.99', availability: 'in_stock', brand: 'Acme' },
    ],
    [
      'WooCommerce',
      'ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,"In stock?",Stock,"Sale price","Regular price",Categories,Images',
      '12,simple,a1,4006381333931,Kettle,1,4,12.50,14.99,"Home > Kitchen","https://x.example/1.jpg, https://x.example/2.jpg"',
      {
        product: 'a1',
        price: '12.50',
        listPrice: '14.99',
        availability: 'in_stock',
        image: 'https://x.example/1.jpg',
      },
    ],
    [
      'a German shop',
      'Artikelnummer;Bezeichnung;Preis (EUR);UVP;Verfügbarkeit;Hersteller;EAN;Bildlink',
      'a1;Kessel;1.214,99;1.299,00;sofort lieferbar;Acme;4006381333931;https://x.example/a1.jpg',
      {
        product: 'a1',
        title: 'Kessel',
        price: '1214.99',
        currency: 'EUR',
        listPrice: '1299.00',
        availability: 'in_stock',
      },
    ],
    [
      'an Indonesian shop',
      'Kode Produk,Nama Produk,Harga,Harga Coret,Stok,Merek,Tautan',
      'a1,Ketel,Rp149.000,Rp199.000,habis,Acme,https://x.example/a1',
      {
        product: 'a1',
        title: 'Ketel',
        price: '149000',
        currency: 'IDR',
        listPrice: '199000',
        availability: 'out_of_stock',
      },
    ],
  ])('knows the columns of %s', async (_shop, header, row, expected) => {
    const { proposed } = await preview(csv(header, row));
    // Shops' own exports name no currency anywhere.
    const { items, problem } = await preview(csv(header, row), { defaultCurrency: 'EUR', ...proposed });
    expect({ problem, item: items[0]!.problem }).toEqual({ problem: null });
    expect(items[0]!.posted).toMatchObject(expected);
  });

  it('knows the members of objects by their paths', async () => {
    const shop = {
      products: [{ id: 7, title: 'Kettle', variants: [{ sku: 'a1', price: '14.99' }], currency: 'EUR' }],
    };
    const { items, columns } = await preview(JSON.stringify(shop));
    expect(columns.map(({ name }) => name)).toContain('variants.0.price');
    expect(items[0]!.posted).toMatchObject({ product: 'a1', price: '14.99', title: 'Kettle' });
  });

  it('knows a price and its currency in an object', async () => {
    const offers = [{ id: 7, title: 'Kettle', price: { value: '1.50', currency: 'EUR' } }];
    const { items } = await preview(JSON.stringify(offers));
    expect(items[0]!.posted).toMatchObject({ product: '7', price: '1.50', currency: 'EUR' });
  });

  it('goes by what stands in the columns where they have no names', async () => {
    const { proposed, layout, items } = await preview(
      'a1,Red kettle,"14,99 €",https://x.example/a1\na2,Blue toaster,"5,00 €",https://x.example/a2\n',
    );
    expect(layout.hasHeader).toBe(false);
    expect(proposed).toEqual({ columns: { product: 1, title: 2, price: 3, url: 4 }, decimalSeparator: ',' });
    expect(items).toHaveLength(2);
  });

  it('says what it could not find, and shows the columns to choose from', async () => {
    const { problem, columns, items } = await preview('colour,size\nred,7\nblue,8\n');
    expect(problem).toBe('no column looks like product or price: say in a mapping which it is');
    expect(columns).toEqual([
      { name: 'colour', examples: ['red', 'blue'] },
      { name: 'size', examples: ['7', '8'] },
    ]);
    expect(items).toEqual([]);
  });
});

describe('a preview', () => {
  it('reads the first 20 rows by the mapping that is given, each with its line or its problem', async () => {
    const rows = Array.from({ length: 50 }, (_, index) => `a${index},${index === 3 ? 'soon' : '1.00'}`);
    const { items } = await preview(csv('code,cost', rows.join('\n')), {
      columns: { product: 'code', price: 'cost' },
      defaultCurrency: 'USD',
    });
    expect(items).toHaveLength(20);
    expect(items.filter(({ problem }) => problem).map(({ line }) => line)).toEqual([5]);
  });

  it('says so when there are no rows, or none with a product or a price', async () => {
    expect((await preview('sku,name,price\n')).problem).toBe('the file has columns and no rows');
    const mapping = { columns: { product: 'sku', price: 'price' } };
    const { problem } = await preview(csv('sku,name,price', ',Kettle,'), mapping);
    expect(problem).toMatch(/^none of the first rows has a product or a price/);
  });

  it('shows the columns also when those of the mapping are gone', async () => {
    const { problem, columns } = await preview(csv('sku,Preis', 'a1,5'), {
      columns: { product: 'sku', price: 'price' },
    });
    expect(problem).toMatch(/the column "price" \(price\) is not there, perhaps it is "Preis" now/);
    expect(columns).toHaveLength(2);
  });
});
