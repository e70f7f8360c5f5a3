import { readCatalogueAnswer } from './index.ts';

const money = (amount: number | string, currency = 'USD') => ({
  amount,
  currency,
  displayAmount: `~${amount}`,
});
const listing = (over: object = {}) => ({
  availability: { type: 'IN_STOCK', minOrderQuantity: 1, maxOrderQuantity: 3 },
  condition: { value: 'New', subCondition: 'Unknown', conditionNote: '' },
  isBuyBoxWinner: true,
  merchantInfo: { id: 'A1DEMO', name: 'Demo Trading' },
  price: { money: money(59.49), savingBasis: { money: money(69.99), savingBasisType: 'LIST_PRICE' } },
  violatesMAP: false,
  ...over,
});
const item = (listings: unknown[], over: object = {}) => ({
  asin: 'B0DEMO0001',
  detailPageURL: 'https://www.amazon.com/dp/B0DEMO0001?tag=demo-20',
  itemInfo: { title: { displayValue: 'Tin whistle' } },
  offersV2: { listings },
  ...over,
});
const read = (...items: unknown[]) => readCatalogueAnswer(JSON.stringify({ itemsResult: { items } }))!;
const offers = (...listings: unknown[]) => read(item(listings)).items[0]!;
const only = (...listings: unknown[]) => {
  const { observations } = offers(...listings);
  expect(observations).toHaveLength(1);
  return observations[0]!;
};

describe('an answer of Amazon’s catalogue', () => {
  it('is found in itemsResult as in itemResults, with its errors apart', () => {
    const errors = [{ code: 'ItemNotAccessible', message: 'The ItemId B0DEMO0002 is not accessible.' }];
    for (const name of ['itemsResult', 'itemResults']) {
      const answer = readCatalogueAnswer(JSON.stringify({ errors, [name]: { items: [item([listing()])] } }))!;
      expect(answer).toMatchObject({ items: [{ asin: 'B0DEMO0001' }], errors, strangers: [] });
    }
  });

  it('is found although a result or an error beside it is null or of another shape', () => {
    const result = { items: [item([listing()])] };
    for (const beside of [
      { errors: null, searchResult: null, browseNodesResult: null },
      { itemsResult: {}, itemResults: result },
      { itemsResult: null, itemResults: result },
    ])
      expect(readCatalogueAnswer(JSON.stringify({ itemsResult: result, ...beside }))).toMatchObject({
        items: [{ asin: 'B0DEMO0001' }],
        errors: [],
      });
    const errors = [{ type: 'AccessDenied' }, { code: 'ItemNotAccessible', message: null }];
    expect(readCatalogueAnswer(JSON.stringify({ errors, itemsResult: result }))).toMatchObject({
      items: [{ asin: 'B0DEMO0001' }],
      errors: [
        { code: 'UnknownError', message: '{"type":"AccessDenied"}' },
        { code: 'ItemNotAccessible', message: '' },
      ],
    });
  });

  it('has the browse nodes that are understood, and is none when no node is', () => {
    const nodes = (...browseNodes: unknown[]) =>
      readCatalogueAnswer(JSON.stringify({ browseNodesResult: { browseNodes } }));
    expect(nodes({ id: '1', displayName: 'Pens' }, { oops: 1 })?.nodes).toHaveLength(1);
    expect(nodes({ oops: 1 })).toBeUndefined();
  });

  it.each(['[]', '{}', '"oops"', '{"itemsResult":[]}', '{"message":"hello"}'])('is none: %s', (text) => {
    expect(readCatalogueAnswer(text)).toBeUndefined();
  });

  it('reads keys of any case, a value that is called Value, and a byte order mark', () => {
    const text = `\uFEFF{"VariationsResult":{"Items":[{"ASIN":"B0DEMO0001","ItemInfo":{"Title":{"Value":"Navy"},
      "ExternalIds":{"EANs":{"DisplayValues":["4006381333931"]}}},"VariationAttributes":[{"Name":"color_name","Value":"Navy"}],
      "Offers":{"Listings":[{"Price":{"Amount":17.1,"Currency":"GBP"},"Availability":{"Type":"Now"},"Condition":{"Value":"New"}}]}}],
      "variationSummary":{"variationCount":13,"Price":{"highestPrice":{"amount":30.87}}}}}`;
    const answer = readCatalogueAnswer(text)!;
    expect(answer.total).toBe(13);
    expect(answer.items[0]!.observations).toMatchObject([
      {
        title: 'Navy',
        gtin: '4006381333931',
        variant: { color_name: 'Navy' },
        price: '17.1',
        currency: 'GBP',
      },
    ]);
  });

  it('keeps an item that it does not understand apart from the good ones', () => {
    const answer = read(null, { title: 'no ASIN' }, item([listing()]));
    expect(answer.items).toHaveLength(1);
    expect(answer.strangers).toHaveLength(2);
  });
});

describe('an offer', () => {
  it('has its price, saving basis, seller, condition and availability', () => {
    expect(only(listing())).toMatchObject({
      product: 'B0DEMO0001',
      title: 'Tin whistle',
      price: '59.49',
      currency: 'USD',
      listPrice: '69.99',
      availability: 'in_stock',
      seller: 'Demo Trading',
      condition: 'new',
      attributes: {
        buyBoxWinner: true,
        sellerId: 'A1DEMO',
        maxOrderQuantity: 3,
        listPriceType: 'LIST_PRICE',
      },
    });
  });

  it.each([
    ['59.40', '59.40'],
    ['1.2345E7', '12345000'],
    ['10000000.00', '10000000.00'],
    ['0.1', '0.1'],
  ])('is read digit by digit: %s', (written, price) => {
    const text = JSON.stringify({ itemsResult: { items: [item([listing()])] } }).replace('59.49', written);
    expect(readCatalogueAnswer(text)!.items[0]!.observations[0]!.price).toBe(price);
  });

  it.each([
    [money(594.9), /10 times the price/],
    [money(59.48), /below the price/],
    [money(69.99, 'EUR'), /another currency/],
    [money('about 70'), /no plain decimal/],
  ])('refuses the saving basis %j and says why', (basis, reason) => {
    const offer = only(listing({ price: { money: money(59.49), savingBasis: { money: basis } } }));
    expect(offer).toMatchObject({
      listPrice: undefined,
      attributes: { listPriceRefused: expect.stringMatching(reason) },
    });
  });

  it.each([
    ['IN_STOCK', 'in_stock'],
    ['IN_STOCK_SCARCE', 'limited'],
    ['LEADTIME', 'limited'],
    ['PREORDER', 'preorder'],
    ['AVAILABLE_DATE', 'preorder'],
    ['OUT_OF_STOCK', 'out_of_stock'],
    ['UNAVAILABLE', 'out_of_stock'],
    ['UNKNOWN', 'unknown'],
    ['SOMETHING_NEW', 'unknown'],
  ])('that is %s is %s', (type, availability) => {
    const offer = only(listing({ availability: { type, message: 'Ships soon' } }));
    expect(offer).toMatchObject({
      availability,
      attributes: { availabilityType: type, availabilityMessage: 'Ships soon' },
    });
  });

  it.each([38, '38', '38%'])(
    'tells of a deal whose claimed share is %j and whose times have no seconds',
    (percentClaimed) => {
      const dealDetails = {
        accessType: 'ALL',
        badge: 'Ends in ',
        startTime: '2024-11-05T18:05Z',
        endTime: '2025-03-02T07:59:59Z',
        percentClaimed,
      };
      expect(only(listing({ type: 'LIGHTNING_DEAL', dealDetails })).attributes).toMatchObject({
        dealType: 'LIGHTNING_DEAL',
        dealAccess: 'ALL',
        dealBadge: 'Ends in',
        dealStartsAt: '2024-11-05T18:05:00.000Z',
        dealEndsAt: '2025-03-02T07:59:59.000Z',
        dealPercentClaimed: 38,
      });
    },
  );

  it('for Prime members is the member price beside the price for all', () => {
    const prime = listing({ price: { money: money(50) }, dealDetails: { accessType: 'PRIME_EXCLUSIVE' } });
    const all = listing({ price: { money: money(59.49) }, isBuyBoxWinner: false });
    expect(only(prime, all)).toMatchObject({ price: '59.49', memberPrice: '50' });
    expect(only(prime)).toMatchObject({
      price: '50',
      memberPrice: '50',
      attributes: { dealAccess: 'PRIME_EXCLUSIVE' },
    });
  });

  it('for subscribers is never the price', () => {
    const subscribed = listing({ type: 'SUBSCRIBE_AND_SAVE', price: { money: money(47.59) } });
    expect(only(subscribed, listing())).toMatchObject({
      price: '59.49',
      attributes: { subscribeAndSavePrice: '47.59' },
    });
    expect(offers(subscribed).none).toMatchObject({
      why: expect.stringMatching(/subscribers only/),
      isUnreadable: false,
    });
  });

  it('is one per seller and condition: the buy box, else the cheapest', () => {
    const used = listing({ condition: { value: 'Used', subCondition: 'VeryGood' }, isBuyBoxWinner: false });
    const dear = listing({ isBuyBoxWinner: false, price: { money: money(80) } });
    const other = listing({ merchantInfo: { name: 'Other' }, price: { money: money(61) } });
    expect(offers(dear, listing(), used, other).observations).toMatchObject([
      { seller: 'Demo Trading', condition: 'new', price: '59.49' },
      { seller: 'Demo Trading', condition: 'used', attributes: { subCondition: 'VeryGood' } },
      { seller: 'Other', condition: 'new', price: '61' },
    ]);
    expect(only(dear, listing({ isBuyBoxWinner: false }))).toMatchObject({ price: '59.49' });
  });

  it.each([
    ['nothing is offered', [], /sells it not/, false],
    ['the price is shown in the cart only', [listing({ violatesMAP: true })], /in the cart only/, false],
    [
      'it is gone',
      [listing({ availability: { type: 'OUT_OF_STOCK' }, price: undefined })],
      /OUT_OF_STOCK/,
      false,
    ],
    ['the price has another shape', [listing({ price: { value: '59.49' } })], /another shape/, true],
    ['the price is null', [listing({ price: null })], /another shape/, true],
  ])('is missing with its reason when %s', (_what, listings, why, isUnreadable) => {
    expect(offers(...listings)).toMatchObject({
      observations: [],
      none: { why: expect.stringMatching(why), isUnreadable },
    });
  });

  it('of offers of another shape is unreadable, not out of stock', () => {
    expect(read(item([], { offersV2: { offers: [] } })).items[0]!.none).toMatchObject({ isUnreadable: true });
  });

  it('carries loyalty points and the price per unit', () => {
    const yen = {
      money: money(1499, 'JPY'),
      pricePerUnit: { ...money(30, 'JPY'), displayAmount: '￥30 / 個' },
    };
    const offer = only(listing({ price: yen, loyaltyPoints: { points: 15 } }));
    expect(offer).toMatchObject({
      price: '1499',
      attributes: { loyaltyPoints: 15, pricePerUnit: '￥30 / 個' },
    });
  });
});

describe('the retired interface', () => {
  const retired = (offersV1: object) =>
    readCatalogueAnswer(
      JSON.stringify({
        SearchResult: { TotalResultCount: 7, Items: [{ ASIN: '0306406152', Offers: offersV1 }] },
      }),
    )!;
  const cost = (Amount: number) => ({ Amount, Currency: 'EUR' });

  it('tells saving basis, sub-condition and availability in its own places', () => {
    const answer = retired({
      Listings: [
        {
          Availability: { Message: 'Auf Lager.', Type: 'Backorderable' },
          Condition: { Value: 'Used', SubCondition: { Value: 'VeryGood' } },
          MerchantInfo: { Id: 'A2', Name: 'Zweithand' },
          Price: { ...cost(13.5), PricePerUnit: 0.5 },
          SavingBasis: cost(22),
        },
      ],
    });
    expect(answer.total).toBe(7);
    expect(answer.items[0]!.observations).toMatchObject([
      {
        price: '13.5',
        listPrice: '22',
        availability: 'limited',
        condition: 'used',
        seller: 'Zweithand',
        attributes: { subCondition: 'VeryGood' },
      },
    ]);
  });

  it('knows by its summaries the lowest price in conditions without a listing', () => {
    const summary = (Value: string, low: number) => ({
      Condition: { Value },
      LowestPrice: cost(low),
      OfferCount: 4,
    });
    const answer = retired({
      Listings: [{ Condition: { Value: 'New' }, Price: cost(13.59) }],
      Summaries: [summary('New', 13.25), summary('Used', 3.85)],
    });
    expect(answer.items[0]!.observations).toMatchObject([
      { condition: 'new', price: '13.59' },
      { condition: 'used', price: '3.85', seller: undefined, attributes: { lowestOf: 4 } },
    ]);
  });

  it('reads errors that come alone', () => {
    const text =
      '{"__type":"demo#TooManyRequestsException","Errors":[{"Code":"TooManyRequests","Message":"Slow down"}]}';
    expect(readCatalogueAnswer(text)).toMatchObject({ items: [], errors: [{ code: 'TooManyRequests' }] });
  });
});

describe('facts of an item', () => {
  const node = (id: string, displayName: string, ancestor?: object) => ({
    id,
    displayName,
    ...(ancestor && { ancestor }),
  });

  it('are what fits into an observation; the rest is shortened or left out', () => {
    const { observations } = read(
      item([listing()], {
        parentASIN: 'B0DEMO0009',
        detailPageURL: 'javascript:alert(1)',
        images: { primary: { medium: { url: 'https://images.example/m.jpg' } } },
        itemInfo: {
          title: { displayValue: 'x'.repeat(900) },
          byLineInfo: { manufacturer: { displayValue: 'Makers' } },
          externalIds: { eans: { displayValues: ['4006381333932', '4006381333931'] } },
        },
        browseNodeInfo: {
          browseNodes: [node('3', 'Whistles', node('2', 'Wind', node('1', 'Music')))],
          websiteSalesRank: { salesRank: 12 },
        },
      }),
    ).items[0]!;
    expect(observations[0]).toMatchObject({
      title: 'x'.repeat(500),
      url: undefined,
      brand: 'Makers',
      category: ['Music', 'Wind', 'Whistles'],
      gtin: '4006381333931',
      image: 'https://images.example/m.jpg',
      salesRank: 12,
      variantOf: 'B0DEMO0009',
    });
  });

  it('name a book by its own ISBN, not by that of another print', () => {
    const eans = { displayValues: ['4006381333931', '9780306406157'] };
    const book = item([listing()], { asin: '0306406152', itemInfo: { externalIds: { eans } } });
    expect(read(book).items[0]!.observations[0]!.gtin).toBe('9780306406157');
  });
});
