import type { ExchangeRates, Offer, Product } from '@souk/contracts';
import { convertMinor, formatAmount, NoExchangeRate } from '@souk/money';
import { offerView } from '../products/product-view.ts';
import type { ComparedLine } from './compare.schemas.ts';
import { dutyOf } from './duties.ts';

export interface FoundListing {
  listing: Product;
  match: 'this' | 'linked' | 'same-code';
}

interface Terms {
  marketplace: string;
  currency: string;
  shipTo: string | undefined;
  now: Date;
  /** Of the day of the price; null: none are stored. */
  rates: ExchangeRates | null;
}

/** What a listing costs in the currency asked for; a rate that is missing is a refusal of this line, never a guess. */
export function compareLine({ listing, match }: FoundListing, terms: Terms): ComparedLine {
  const { marketplace, currency, shipTo, now, rates } = terms;
  const offer = offerToCompare(listing);
  const line: ComparedLine = {
    ...emptyLine(marketplace),
    productId: listing.id,
    source: listing.source,
    product: listing.product,
    match,
  };
  if (!offer) return { ...line, problem: { reason: 'no-offer', detail: 'it has no offer there at present' } };
  const told = {
    ...line,
    offer: offerView(offer),
    ageSeconds: Math.max(0, Math.floor((now.getTime() - Date.parse(offer.observedAt)) / 1_000)),
  };
  const convert = (minor: number, from: string, to: string): number => {
    if (from === to) return minor;
    if (!rates) throw new NoExchangeRate(from, offer.observedAt.slice(0, 10), false);
    return convertMinor(minor, from, to, rates);
  };
  try {
    const price = convert(offer.priceMinor, offer.currency, currency);
    const shipping =
      offer.shippingMinor === null ? null : convert(offer.shippingMinor, offer.currency, currency);
    const converted = {
      price: formatAmount(price, currency),
      shipping: shipping === null ? null : formatAmount(shipping, currency),
      total: formatAmount(price + (shipping ?? 0), currency),
      currency,
      rate: offer.currency === currency ? null : rateOf(offer.currency, currency, rates!),
    };
    return { ...told, converted, duties: dutiesOf(offer, { marketplace, currency, shipTo, now }, convert) };
  } catch (error) {
    if (!(error instanceof NoExchangeRate)) throw error;
    const detail = `${error.message}, so the price stays in ${offer.currency}`;
    return { ...told, problem: { reason: 'no-exchange-rate', detail } };
  }
}

export const emptyLine = (marketplace: string): ComparedLine => ({
  marketplace,
  productId: null,
  source: null,
  product: null,
  match: null,
  offer: null,
  ageSeconds: null,
  converted: null,
  duties: null,
  problem: null,
});

/** New before used, what can be bought before what cannot, then the newest. */
export function offerToCompare({ offers }: Pick<Product, 'offers'>): Offer | undefined {
  const rank = ({ condition, availability }: Offer): number =>
    Number((condition ?? 'new') !== 'new') * 2 + Number(availability === 'out_of_stock');
  return offers.toSorted((one, other) => rank(one) - rank(other))[0];
}

/** For people to read; amounts are converted exactly. */
function rateOf(from: string, to: string, { base, rates, day, origin }: ExchangeRates) {
  const of = (currency: string): number => (currency === base ? 1 : Number(rates[currency]));
  return { from, to, rate: String(Number((of(to) / of(from)).toPrecision(8))), day, origin };
}

function dutiesOf(
  offer: Offer,
  { marketplace, currency, shipTo, now }: Omit<Terms, 'rates'>,
  convert: (minor: number, from: string, to: string) => number,
): ComparedLine['duties'] {
  if (shipTo === undefined) return null;
  const asOf = now.toISOString().slice(0, 10);
  const tried = (work: () => number): number | undefined => {
    try {
      return work();
    } catch (error) {
      if (error instanceof NoExchangeRate) return undefined;
      throw error;
    }
  };
  const duty = dutyOf({ from: marketplace, to: shipTo, day: asOf }, (to) =>
    tried(() => convert(offer.priceMinor, offer.currency, to)),
  );
  if (duty === undefined) return null;
  if (duty === null)
    return { isEstimate: true, asOf, amount: null, rule: `no rule is known for ${shipTo}`, source: null };
  const { amount, rule, source } = duty;
  const minor = amount && tried(() => convert(amount.minor, amount.currency, currency));
  const text = minor === null || minor === undefined ? null : formatAmount(minor, currency);
  return { isEstimate: true, asOf, amount: text, rule, source };
}
