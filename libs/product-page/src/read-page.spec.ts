import { PageTooComplex, readPage } from './index.ts';

const url = 'https://shop.example/kettle';
const jsonLd = (...documents: unknown[]): string =>
  documents
    .map(
      (each) =>
        `<script type="application/ld+json">${typeof each === 'string' ? each : JSON.stringify(each)}</script>`,
    )
    .join('');
const kettle = (offers: unknown, more: object = {}): object => ({
  '@context': 'https://schema.org',
  '@type': 'Product',
  name: 'Kettle',
  offers,
  ...more,
});
const offer = (price: unknown, more: object = {}): object => ({
  '@type': 'Offer',
  price,
  priceCurrency: 'EUR',
  ...more,
});
const facts = (html: string) => readPage(html, url).facts;

const microdata = `<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Kettle</h1>
  <div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><meta itemprop="priceCurrency" content="EUR">
  <b itemprop="price">24.90</b><link itemprop="availability" href="https://schema.org/InStock"></div></div>`;
const rdfa = `<div vocab="https://schema.org/" typeof="Product"><h1 property="name">Kettle</h1>
  <div property="offers" typeof="Offer"><meta property="priceCurrency" content="EUR"><b property="price">24.90</b>
  <link property="availability" href="https://schema.org/InStock"></div></div>`;
const openGraph = `<meta property="og:type" content="product"><meta property="og:title" content="Kettle">
  <meta property="product:price:amount" content="24.90"><meta property="product:price:currency" content="EUR">
  <meta property="product:availability" content="in stock">`;

describe('the page of a product', () => {
  it.each([
    ['json-ld', jsonLd(kettle(offer('24.90', { availability: 'InStock' })))],
    ['microdata', microdata],
    ['rdfa', rdfa],
    ['open-graph', openGraph],
  ])('says the same in %s as in every other notation', (notation, html) => {
    const page = readPage(html, url);
    expect(page.facts).toMatchObject({
      title: 'Kettle',
      price: '24.90',
      currency: 'EUR',
      availability: 'in_stock',
    });
    expect(page.from.price).toBe(notation);
  });

  it.each([
    [
      'an amount of money',
      { '@type': 'Offer', price: { '@type': 'MonetaryAmount', value: '24.90', currency: 'EUR' } },
    ],
    [
      'a specification',
      { '@type': 'Offer', price: { '@type': 'PriceSpecification', price: 24.9, priceCurrency: 'EUR' } },
    ],
    ['words', '24,90 €'],
  ])('is read also where its price is %s', (_as, offers) => {
    const page = readPage(jsonLd(kettle(offers)), url);
    expect([Number(page.facts.price), page.facts.currency]).toEqual([24.9, 'EUR']);
  });

  it('has no price where one in words names no currency', () => {
    expect(facts(jsonLd(kettle('24,90')))).not.toHaveProperty('price');
  });

  it('has no price when its notations contradict each other, and says which says what', () => {
    const page = readPage(jsonLd(kettle(offer('29.90', { availability: 'SoldOut' }))) + microdata, url);
    expect(page.facts).not.toHaveProperty('price');
    expect(page.disagreements).toEqual([
      {
        field: 'price',
        values: [
          { notation: 'json-ld', value: '29.90' },
          { notation: 'microdata', value: '24.90' },
        ],
      },
      {
        field: 'availability',
        values: [
          { notation: 'json-ld', value: 'out_of_stock' },
          { notation: 'microdata', value: 'in_stock' },
        ],
      },
    ]);
  });

  it('agrees where one notation has a range and another its lower end', () => {
    const range = jsonLd(
      kettle({ '@type': 'AggregateOffer', lowPrice: 24.9, highPrice: 40, priceCurrency: 'EUR' }),
    );
    expect(readPage(range + microdata, url)).toMatchObject({
      disagreements: [],
      facts: { price: '24.9', highPrice: '40' },
    });
  });

  it.each([
    ['a graph', { '@graph': [{ '@type': 'WebPage' }, kettle(offer('24.90'))] }],
    ['a list of types', { ...kettle(offer('24.90')), '@type': ['Thing', 'http://schema.org/Product'] }],
    [
      'an offer by reference',
      [kettle({ '@id': '#o' }), { '@id': '#o', '@type': 'Offer', price: '24.90', priceCurrency: 'EUR' }],
    ],
    [
      'a price specification',
      kettle({
        '@type': 'Offer',
        priceSpecification: [
          {
            '@type': 'UnitPriceSpecification',
            price: 49.8,
            priceCurrency: 'EUR',
            referenceQuantity: { '@type': 'QuantitativeValue', value: 1 },
          },
          { '@type': 'PriceSpecification', price: '24.90', priceCurrency: 'EUR' },
        ],
      }),
    ],
    [
      'an offer that names its product',
      {
        '@type': 'Offer',
        price: '24.90',
        priceCurrency: 'EUR',
        itemOffered: { '@type': 'Product', name: 'Kettle' },
      },
    ],
    ['a price with its sign', kettle({ '@type': 'Offer', price: '24,90 €' })],
    [
      'comments, a comma too much and raw line breaks',
      '/* shop */ {"@type":"Product","name":"Ket\ntle", // name\n"offers":{"@type":"Offer","price":"24.90","priceCurrency":"EUR",},}',
    ],
    ['CDATA around it', `//<![CDATA[\n${JSON.stringify(kettle(offer('24.90')))}\n//]]>`],
  ])('is read from JSON-LD with %s', (_how, document) => {
    expect(facts(jsonLd(document))).toMatchObject({ price: '24.90', currency: 'EUR' });
  });

  it('takes the variant of the address, and else the cheapest new one that is to be had', () => {
    const variant = (size: string, price: string, availability: string) => ({
      '@type': 'Product',
      name: `Kettle ${size}`,
      sku: size,
      url: `https://shop.example/kettle-${size}`,
      offers: offer(price, { availability }),
    });
    const group = jsonLd({
      '@type': 'ProductGroup',
      name: 'Kettle',
      hasVariant: [
        variant('s', '10', 'SoldOut'),
        variant('m', '20', 'InStock'),
        variant('l', '30', 'InStock'),
      ],
    });
    expect(readPage(group, url).facts).toMatchObject({
      price: '20',
      variants: [{ sku: 's' }, { sku: 'm' }, { sku: 'l' }],
    });
    expect(readPage(group, 'https://shop.example/kettle-l?utm_source=x').facts.price).toBe('30');
  });

  it('tells list price, seller, condition, identifiers and stars', () => {
    const html = jsonLd(
      kettle(
        {
          ...offer('24.90', {
            itemCondition: 'https://schema.org/RefurbishedCondition',
            seller: { '@type': 'Organization', name: 'Pots' },
          }),
          priceSpecification: {
            '@type': 'UnitPriceSpecification',
            priceType: 'https://schema.org/ListPrice',
            price: 39.9,
          },
        },
        {
          brand: { '@type': 'Brand', name: 'ACME' },
          gtin13: '4006381333931',
          mpn: 'K-1',
          image: ['/k.jpg'],
          aggregateRating: {
            '@type': 'AggregateRating',
            ratingValue: '8.4',
            bestRating: '10',
            reviewCount: '1,204',
          },
        },
      ),
    );
    expect(facts(html)).toMatchObject({
      listPrice: '39.9',
      seller: 'Pots',
      condition: 'refurbished',
      brand: 'ACME',
      gtin: '4006381333931',
      mpn: 'K-1',
      image: 'https://shop.example/k.jpg',
      rating: 4.2,
      reviewCount: 1204,
    });
  });

  it('takes no price from a page that lists several products', () => {
    const list = jsonLd([kettle(offer('10')), { ...kettle(offer('20')), name: 'Pot' }]);
    const page = readPage(list, url);
    expect(page.facts).not.toHaveProperty('price');
    expect(page.problems).toEqual(["json-ld describes 2 products and none as the page's own"]);
    expect(readPage(`<h1>The Pot</h1>${list}`, url).facts.price).toBe('20');
  });

  it('takes no price from related products, reviews or offers to lease', () => {
    const related = { isRelatedTo: { '@type': 'Product', name: 'Pot', offers: offer('5') } };
    expect(facts(jsonLd(kettle(offer('24.90'), related))).price).toBe('24.90');
    expect(
      facts(jsonLd(kettle(offer('5', { businessFunction: 'http://purl.org/goodrelations/v1#LeaseOut' })))),
    ).not.toHaveProperty('price');
  });

  it('takes the sale price of OpenGraph, and the regular one as list price', () => {
    const sale =
      '<meta property="product:sale_price:amount" content="19.90"><meta property="product:sale_price:currency" content="EUR">';
    expect(facts(openGraph + sale)).toMatchObject({ price: '19.90', listPrice: '24.90' });
  });

  it('reads what selectors find, attributes too, and says which found nothing', () => {
    const html =
      '<h1>Kettle</h1><span class="now" data-price="24,90">…</span><i class="s">4,6 von 5 (12)</i>';
    const page = readPage(html, url, {
      selectors: { title: 'h1', price: '.now @data-price', rating: '.s', brand: '.brand' },
      defaultCurrency: 'EUR',
    });
    expect(page.facts).toEqual({ title: 'Kettle', price: '24.90', currency: 'EUR', rating: 4.6 });
    expect(page.problems).toEqual(['the selector of brand found nothing: .brand']);
  });

  it('shows the way to the product, from data or from what people see', () => {
    const seen =
      '<ol class="breadcrumb"><li><a href="/">Home</a></li><li>›</li><li><a href="/k">Kitchen</a></li><li>Kettle</li></ol>';
    const listed = jsonLd({
      '@type': 'BreadcrumbList',
      itemListElement: [
        { '@type': 'ListItem', position: 2, name: 'Pots' },
        { '@type': 'ListItem', position: 1, item: { '@id': '/', name: 'Shop' } },
      ],
    });
    expect(facts(jsonLd(kettle(offer('1'))) + seen).category).toEqual(['Home', 'Kitchen']);
    expect(facts(listed + seen).category).toEqual(['Shop', 'Pots']);
  });

  it('keeps every digit of a number', () => {
    expect(
      facts(jsonLd('{"@type":"Product","offers":{"price":9007199254740993.10,"priceCurrency":"USD"}}')).price,
    ).toBe('9007199254740993.10');
  });

  it.each([
    ['elements within each other', '<div>'.repeat(2_000)],
    ['elements', '<br>'.repeat(400_000)],
    ['characters', 'x'.repeat(8_000_001)],
  ])('is refused with too many %s', (what, html) => {
    expect(() => readPage(html, url)).toThrow(PageTooComplex);
    expect(() => readPage(html, url)).toThrow(what);
  });

  it('costs little however hostile its markup is', () => {
    const hostile = [
      `<script type="application/ld+json">${'['.repeat(1_000_000)}</script>`,
      `<script type="application/ld+json">${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}</script>`,
      `<script type="application/ld+json">{${'/*'.repeat(500_000)}</script>`,
      '<b><i><font>'.repeat(300) + '<p>'.repeat(50_000),
      '<div id=a itemscope itemref="a b"></div><div id=b itemscope itemref="a b" itemprop=x></div>'.repeat(
        5_000,
      ),
      `<nav class="breadcrumb">${' > '.repeat(500_000)}</nav>`,
      '<a '.repeat(500_000),
    ];
    for (const html of hostile) {
      const before = process.cpuUsage();
      try {
        readPage(html, url);
      } catch (error) {
        expect(error).toBeInstanceOf(PageTooComplex);
      }
      expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000);
    }
  });

  it.each([
    ['12<sup>99</sup> €', '12.99'],
    ['1.299,<sup>50</sup> €', '1299.50'],
    ['12,99<sup>12</sup> €', '12.99'],
    ['12,99 €<sup>1)</sup>', '12.99'],
    ['<del>20,00 €</del> 15,00 €', '15.00'],
    ['<s>20,00 €</s>', '20.00'],
  ])('takes the price that a reader sees in %s', (shown, price) => {
    const microdata = `<p itemscope itemtype="https://schema.org/Offer"><b itemprop="price">${shown}</b></p>`;
    expect(readPage(microdata, 'https://shop.example/').facts).toMatchObject({ price, currency: 'EUR' });
    const selected = readPage(`<b>${shown}</b>`, 'https://shop.example/', { selectors: { price: 'b' } });
    expect(selected.facts).toMatchObject({ price, currency: 'EUR' });
  });
});

describe('JSON-LD that is no JSON', () => {
  const product = JSON.stringify(kettle(offer('24.90')));
  it.each([
    ['a quote inside a text', product.replace('"Kettle"', '"Kettle 29" wide, black"')],
    ['two documents one after the other', `{"@type":"Organization","name":"Shop"}\n${product}`],
    ['two documents with a semicolon between', `{"@type":"Organization","name":"Shop"};${product}`],
  ])('is read in spite of %s', (_slip, text) => {
    expect(facts(jsonLd(text))).toMatchObject({ price: '24.90', currency: 'EUR' });
  });
});

it('a price right on the product counts where it has no offers', () => {
  const page = `<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Cap</h1>
    <b itemprop="price" content="18.00">18</b><meta itemprop="priceCurrency" content="EUR"></div>`;
  expect(facts(page)).toMatchObject({ title: 'Cap', price: '18.00', currency: 'EUR' });
});
