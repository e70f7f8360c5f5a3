import { readChangedetection, readPriceBuddy } from './read-others.ts';

const url = 'https://shop.example/kettle';

describe('watches of changedetection.io', () => {
  it('keep their limits, tags, names and pauses', () => {
    const file = readChangedetection(
      JSON.stringify({
        settings: { application: { tags: { t1: { title: 'Kitchen' } } } },
        watching: {
          a: {
            url,
            title: ' Kettle ',
            paused: true,
            tags: ['t1', 'gone'],
            restock: { currency: 'EUR' },
            restock_settings: {
              price_change_min: 20,
              price_change_max: null,
              price_change_threshold_percent: 5,
              in_stock_processing: 'in_stock_only',
            },
          },
          b: { url: 'file:///etc/passwd' },
          c: 7,
        },
      }),
    );
    expect(file.drafts).toEqual([
      {
        line: 1,
        draft: {
          url,
          name: 'Kettle',
          tags: ['Kitchen'],
          paused: true,
          when: { priceBelow: '20', dropPercent: 5, priceRisePercent: 5, backInStock: true, currency: 'EUR' },
        },
      },
    ]);
    expect(file.problems.map(({ line, field }) => [line, field])).toEqual([
      [2, 'url'],
      [3, 'watch'],
    ]);
  });

  it('may be a plain list of addresses', () => {
    const file = readChangedetection(`${url}\n\n${url}?2 tag\nnonsense\n`);
    expect(file.drafts.map(({ line, draft }) => [line, draft.url])).toEqual([
      [1, url],
      [3, `${url}?2`],
    ]);
    expect(file.problems).toMatchObject([{ line: 4, field: 'url' }]);
  });
});

describe('products of PriceBuddy', () => {
  it('are a watch for each shop', () => {
    const file = readPriceBuddy(
      JSON.stringify({
        data: [
          {
            title: 'Kettle',
            notify_price: '19.50',
            price_cache: [{ url, currency: 'aud' }, { url: `${url}2` }],
          },
          { title: 'Lamp', notify_percent: 10, price_cache: [{ url }] },
          { title: 'Nowhere' },
        ],
      }),
    );
    expect(file.drafts.map(({ draft }) => draft.when)).toEqual([
      { priceBelow: '19.5', currency: 'AUD' },
      { priceBelow: '19.5' },
      { dropPercent: 10 },
    ]);
    expect(file.problems).toMatchObject([{ line: 3, field: 'price_cache' }]);
  });

  it('that are no JSON are refused as a whole', () => {
    expect(readPriceBuddy('a,b').problems).toMatchObject([{ field: 'content' }]);
  });
});
