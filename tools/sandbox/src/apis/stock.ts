import { formatAmount } from '@souk/money';
import { catalogue, type SandboxProduct } from '../catalogue.ts';
import { priceAt, type SandboxPrice } from '../price-moves.ts';

/** How many products the fakes sell: the catalogue again and again, each with a price that moves for itself. */
export const stockSize = 100_000;

/** The ASIN of product number `index`; those of the sandbox can be nobody's. */
export const asinOf = (index: number): string => `B0SBX${String(index).padStart(5, '0')}`;

/** Product numbers from here on are known to the fakes and not accessible. */
export const firstClosed = 99_000;

/** The number of one of the sandbox's ASINs; undefined when nobody sells it. */
export function indexOf(code: string): number | undefined {
  const digits = /^B0SBX(\d{5})$/.exec(code)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Rough units per dollar: enough for prices that look right. */
const perDollar: Readonly<Record<string, number>> = {
  USD: 1,
  CAD: 1.4,
  MXN: 18,
  BRL: 5.5,
  GBP: 0.8,
  EUR: 0.9,
  SEK: 10,
  PLN: 4,
  TRY: 40,
  INR: 88,
  AED: 3.7,
  SAR: 3.75,
  EGP: 49,
  JPY: 150,
  AUD: 1.5,
  SGD: 1.3,
  IDR: 16_000,
};
const decimals = (currency: string): number => (currency === 'JPY' ? 0 : 2);

export interface StockItem extends SandboxPrice {
  product: SandboxProduct;
  currency: string;
  /** Decimal texts in the currency asked for. */
  price: string;
  listPrice: string;
}

/** Product number `index` at a tick, priced in any currency: a pure function of seed, number and tick. */
export function stockItem(seed: string, index: number, tick: number, currency: string): StockItem {
  const model = catalogue[index % catalogue.length]!;
  const product = { ...model, id: `${model.id}-${index}`, title: `${model.title}, No. ${index}` };
  const moves = priceAt(seed, product, tick);
  const factor = (perDollar[currency] ?? 1) / (perDollar[product.currency] ?? 1);
  const inCurrency = (minor: number): number =>
    Math.max(1, Math.round((minor / 10 ** decimals(product.currency)) * factor * 10 ** decimals(currency)));
  const priceMinor = inCurrency(moves.priceMinor);
  const listPriceMinor = inCurrency(moves.listPriceMinor);
  return {
    ...moves,
    priceMinor,
    listPriceMinor,
    product,
    currency,
    price: formatAmount(priceMinor, currency),
    listPrice: formatAmount(listPriceMinor, currency),
  };
}
