import { parsePriceText } from '@souk/money';
import { type SearchPage, type SourceAnswer, type SourceItem, UnexpectedAnswer } from '../adapter.ts';
import { dataIn } from './tokopedia.envelope.ts';
import { Found, ProductV4, ProductV5 } from './tokopedia.shapes.ts';

type Posted = Record<string, unknown>;

/**
 * A page of a search, of version 5 or 4. Nothing found, or another shape, is a failure of the source: Tokopedia
 * answers 200 with nothing in it when it does not like the caller.
 */
export function readSearch(answer: SourceAnswer): SearchPage {
  const data = dataIn(answer);
  const isNew = 'searchProductV5' in data;
  const found = Found.safeParse(isNew ? data.searchProductV5 : data.ace_search_product_v4);
  if (!found.success) throw new UnexpectedAnswer('the search answer of Tokopedia has another shape');
  const { products } = found.data.data;
  const { totalData } = found.data.header;
  if (totalData <= 0) throw new UnexpectedAnswer('Tokopedia answered 200 with nothing in it');
  const observedAt = answer.fetchedAt.toISOString();
  const posted = products.map((raw) => (isNew ? ofVersion5(raw) : ofVersion4(raw)));
  if (products.length > 0 && posted.every((fields) => fields === undefined))
    throw new UnexpectedAnswer(`none of the ${products.length} products is understood`);
  const items = products.map((raw, index): SourceItem => {
    const fields = posted[index];
    return { raw, posted: fields ? { ...fields, observedAt } : {} };
  });
  return { items, total: totalData };
}

const tiers: Readonly<Record<number, string>> = {
  1: 'power merchant',
  2: 'official store',
  3: 'power merchant pro',
};

function ofVersion5(raw: unknown): Posted | undefined {
  const product = ProductV5.safeParse(raw);
  if (!product.success) return undefined;
  const { id, name, url, mediaURL, price, shop, rating } = product.data;
  const amount = rupiah(price.number, price.text);
  if (amount === undefined) return undefined;
  return {
    ...listing({ id, name, url, image: mediaURL?.image ?? mediaURL?.image300, rating }),
    ...shopOf(shop?.name, shop?.city, typeof shop?.tier === 'number' ? tiers[shop.tier] : undefined),
    ...amounts(amount, price.original),
  };
}

function ofVersion4(raw: unknown): Posted | undefined {
  const product = ProductV4.safeParse(raw);
  if (!product.success) return undefined;
  const { id, name, url, imageUrl, price, priceInt, originalPrice, shop, countReview } = product.data;
  const amount = rupiah(priceInt, price);
  if (amount === undefined) return undefined;
  const isOfficial = shop?.isOfficial ?? shop?.official;
  const isPower = shop?.isPowerBadge ?? shop?.goldmerchant;
  const tier = isOfficial ? tiers[2] : isPower ? tiers[1] : undefined;
  const rating = product.data.ratingAverage ?? product.data.rating;
  return {
    ...listing({ id, name, url, image: imageUrl, rating }),
    ...(countReview && { reviewCount: countReview }),
    ...shopOf(shop?.name, shop?.city ?? shop?.location, tier),
    ...amounts(amount, originalPrice),
  };
}

/** A number that is a price, else the text as people read it ("Rp11.760.000"); a price of 0 is none. */
function rupiah(number: number | null | undefined, text: string | null | undefined): string | undefined {
  if (typeof number === 'number' && Number.isSafeInteger(number) && number > 0) return String(number);
  const read = parsePriceText(text ?? '', { currencyText: 'Rp', decimalSeparator: ',', groupSeparator: '.' });
  return 'amount' in read && read.currency === 'IDR' && !/^0+(\.0+)?$/.test(read.amount)
    ? read.amount
    : undefined;
}

/** A price before the discount counts where it is above the price. */
export function amounts(price: string, original: string | number | null | undefined): Posted {
  const list = typeof original === 'number' ? rupiah(original, undefined) : rupiah(undefined, original);
  const isAbove = list !== undefined && Number(list) > Number(price);
  return { price, currency: 'IDR', ...(isAbove && { listPrice: list }) };
}

interface ListingFields {
  id: string;
  name: string;
  url: string | null | undefined;
  image: string | null | undefined;
  rating: number | null | undefined;
}

/** A rating of 0 is none. Addresses lose what only counts clicks. */
export const listing = ({ id, name, url, image, rating }: ListingFields): Posted => ({
  product: id,
  title: name.trim().slice(0, 500),
  ...(url && { url: withoutQuery(url) }),
  ...(image && { image: withoutQuery(image) }),
  ...(rating && { rating }),
});

export function shopOf(name?: string | null, city?: string | null, tier?: string): Posted {
  const shopName = name?.trim().slice(0, 200);
  if (!shopName) return {};
  return {
    seller: shopName,
    shop: { name: shopName, ...(city?.trim() && { city: city.trim().slice(0, 200) }), ...(tier && { tier }) },
  };
}

function withoutQuery(address: string): string | undefined {
  const url = URL.parse(address);
  return url && /^https?:$/.test(url.protocol) ? `${url.origin}${url.pathname}`.slice(0, 2_048) : undefined;
}
