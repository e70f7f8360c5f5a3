import { chance, chanceBetween } from '../chance.ts';
import { asinOf, stockItem, type StockItem } from './stock.ts';

const minuteMs = 60_000;
/** Times as the Creators API writes them: without seconds. */
const minuteOf = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 16)}Z`;

/** A number as Amazon writes it in JSON. */
const money = (price: string, currency: string) => ({
  amount: Number(price),
  currency,
  displayAmount: `${currency} ${price}`,
});

/** One item of the sandbox as getItems sends it. `isChanged`: in a shape that no client knows. */
export function creatorsItem(
  seed: string,
  index: number,
  tick: number,
  now: number,
  market: { host: string; currency: string },
  isChanged = false,
): Record<string, unknown> {
  const item = stockItem(seed, index, tick, market.currency);
  const { product } = item;
  const asin = asinOf(index);
  const listings = [newListing(seed, item, now), ...(index % 7 === 3 ? [usedListing(item)] : [])];
  return {
    asin,
    parentASIN: asinOf(index - (index % 4)),
    detailPageURL: `https://${market.host}/dp/${asin}?tag=sandbox-20&linkCode=ogi&th=1&psc=1`,
    images: { primary: { large: { url: `https://images.example/${asin}.jpg`, height: 500, width: 500 } } },
    itemInfo: {
      title: { displayValue: product.title, label: 'Title', locale: 'en_US' },
      byLineInfo: { brand: { displayValue: product.brand, label: 'Brand', locale: 'en_US' } },
      externalIds: { eans: { displayValues: [product.gtin], label: 'EAN', locale: 'en_US' } },
    },
    browseNodeInfo: {
      browseNodes: [
        {
          id: String(100 + (index % 40)),
          displayName: product.category[1],
          isRoot: false,
          ancestor: { id: String(10 + (index % 10)), displayName: product.category[0] },
        },
      ],
      websiteSalesRank: { salesRank: chanceBetween(1, 90_000, seed, asin, 'rank') },
    },
    offersV2: { listings: isChanged ? listings.map(changed) : listings },
  };
}

function newListing(seed: string, item: StockItem, now: number): Record<string, unknown> {
  const { product, price, listPrice, currency, availability, event } = item;
  const isDeal = event === 'flash-sale';
  const claimed = chanceBetween(5, 95, seed, product.id, 'claimed');
  return {
    availability:
      availability === 'in_stock'
        ? { type: 'IN_STOCK', message: 'In Stock', minOrderQuantity: 1, maxOrderQuantity: 30 }
        : { type: 'OUT_OF_STOCK', message: 'Currently unavailable.' },
    condition: { value: 'New', subCondition: 'Unknown', conditionNote: '' },
    isBuyBoxWinner: true,
    merchantInfo: { id: 'A0SANDBOX', name: product.seller },
    violatesMAP: false,
    price: {
      money: money(price, currency),
      ...(item.listPriceMinor > item.priceMinor && {
        savingBasis: {
          money: money(listPrice, currency),
          savingBasisType: 'LIST_PRICE',
          savingBasisTypeLabel: 'List Price',
        },
      }),
    },
    ...(isDeal && {
      type: 'LIGHTNING_DEAL',
      dealDetails: {
        accessType: 'ALL',
        badge: 'Limited time deal',
        startTime: minuteOf(now - 30 * minuteMs),
        endTime: minuteOf(now + 30 * minuteMs),
        // Both have been seen.
        percentClaimed: chance(seed, product.id, 'written') < 0.5 ? claimed : String(claimed),
      },
    }),
  };
}

function usedListing({ price, currency }: StockItem): Record<string, unknown> {
  const used = currency === 'JPY' ? String(Math.ceil(Number(price) * 0.7)) : (Number(price) * 0.7).toFixed(2);
  return {
    availability: { type: 'IN_STOCK_SCARCE', maxOrderQuantity: 1, minOrderQuantity: 1 },
    condition: { value: 'Used', subCondition: 'VeryGood', conditionNote: 'Box opened' },
    isBuyBoxWinner: false,
    merchantInfo: { id: 'A1SANDBOX', name: 'Second Stall' },
    violatesMAP: false,
    price: { money: money(used, currency) },
  };
}

/** What a careless new version of the interface might send. */
const changed = ({ price, ...listing }: Record<string, unknown>): Record<string, unknown> => ({
  ...listing,
  cost: price,
});
