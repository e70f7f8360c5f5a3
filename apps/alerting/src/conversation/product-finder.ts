import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { FindProducts, type Product, Refusal } from '@souk/contracts';
import { convertMinor, type DayRates, NoExchangeRate, parseAmount } from '@souk/money';
import { otherNames, type Words } from '@souk/words';
import { DailyRates } from '../alerts/day-rates.ts';

const ASKED = 100;
const LISTED_AT_MOST = 50;

export interface Found {
  products: Product[];
  /** Nothing fits the budget; these would, without it. */
  isOutsideBudget: boolean;
  /** No title has all the words; these have most of them. */
  isPartial: boolean;
}

/** Finds products that are known by what a sentence says of them. Remote calls: never within a transaction. */
@Injectable()
export class ProductFinder {
  constructor(
    private readonly bus: Bus,
    private readonly rates: DailyRates,
  ) {}

  /** @param currency of amounts that were said without one */
  async find(accountId: string, words: Words, currency: string | undefined): Promise<Found> {
    const { products: known, isPartial } = await this.withWords(accountId, words);
    const right = known.filter((product) => isInCondition(product, words.condition));
    if (words.minPrice === null && words.maxPrice === null)
      return { products: right.slice(0, LISTED_AT_MOST), isOutsideBudget: false, isPartial };
    const wanted = words.currency ?? currency;
    const isForeign = right.some(({ offers: [offer] }) => offer && wanted && offer.currency !== wanted);
    const rates = isForeign ? await this.rates.today() : undefined;
    const affordable = right.filter((product) => isInBudget(product, words, wanted, rates));
    const isOutsideBudget = affordable.length === 0 && right.length > 0;
    const products = (isOutsideBudget ? right : affordable).slice(0, LISTED_AT_MOST);
    return { products, isOutsideBudget, isPartial };
  }

  /** Listings whose titles have some of these words, those that have most of them first. */
  async like(accountId: string, title: string): Promise<Product[]> {
    return this.ask(accountId, title, 'any');
  }

  /** All words first, then what it may be called as well; where no title has them all, the titles that have most. */
  private async withWords(
    accountId: string,
    { product, category }: Words,
  ): Promise<Pick<Found, 'products' | 'isPartial'>> {
    const text = product ?? category;
    if (text === null) return { products: [], isPartial: false };
    for (const name of [text, ...otherNames(text)]) {
      const exact = await this.ask(accountId, name, 'all');
      if (exact.length > 0) return { products: exact, isPartial: false };
    }
    return { products: await this.ask(accountId, text, 'any'), isPartial: true };
  }

  private async ask(accountId: string, text: string, match: 'all' | 'any'): Promise<Product[]> {
    try {
      const request = { accountId, text: text.slice(0, 200), match, limit: ASKED };
      return (await this.bus.ask(FindProducts, request)).products;
    } catch (error) {
      // A sign of punctuation alone is no word.
      if (error instanceof Refusal && error.code === 'invalid') return [];
      throw error;
    }
  }
}

/** A listing says `new` by saying nothing. */
function isInCondition(product: Product, condition: Words['condition']): boolean {
  if (condition === null) return true;
  return product.offers.some((offer) => (offer.condition ?? 'new') === condition);
}

function isInBudget(
  { offers: [offer] }: Product,
  { minPrice, maxPrice }: Words,
  currency: string | undefined,
  rates: DayRates | undefined,
): boolean {
  if (!offer) return false;
  const price = priceIn(offer, currency ?? offer.currency, rates);
  if (price === undefined) return false;
  const limit = (amount: number): number => minorOf(amount, currency ?? offer.currency);
  return (minPrice === null || price >= limit(minPrice)) && (maxPrice === null || price <= limit(maxPrice));
}

function priceIn(
  { priceMinor, currency }: { priceMinor: number; currency: string },
  wanted: string,
  rates: DayRates | undefined,
): number | undefined {
  if (currency === wanted) return priceMinor;
  if (!rates) return undefined;
  try {
    return convertMinor(priceMinor, currency, wanted, rates);
  } catch (error) {
    if (error instanceof NoExchangeRate) return undefined;
    throw error;
  }
}

/** Amounts as they are said have at most the decimals of cents; yen have none of them. */
export function minorOf(amount: number, currency: string): number {
  const exact = parseAmount(String(amount), currency);
  if ('minor' in exact) return exact.minor;
  const rounded = parseAmount(String(Math.round(amount)), currency);
  return 'minor' in rounded ? rounded.minor : Number.MAX_SAFE_INTEGER;
}
