import { asinProblem } from '@souk/amazon';
import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import {
  type ExchangeRates,
  GetExchangeRates,
  GetLinkedProducts,
  OPERATOR_ACCOUNT_ID,
  type Product,
  productIdOf,
  Refusal,
  type SourceState,
  TARIFF,
} from '@souk/contracts';
import { parseAmount } from '@souk/money';
import { Clock } from '@souk/service';
import type { FastifyRequest } from 'fastify';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { ProductLookups } from '../lookups/product-lookups.ts';
import { SourceTier } from '../products/source-tier.ts';
import { compareLine, emptyLine, type FoundListing, offerToCompare } from './compare-line.ts';
import { type ComparedLine, CompareQuery, Comparison } from './compare.schemas.ts';
import { KnownSources } from './known-sources.ts';
import { marketplaceOf, sourceIn } from './marketplace-of.ts';

@Controller('v1/products')
export class CompareController {
  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly lookups: ProductLookups,
    private readonly sources: SourceTier,
    private readonly known: KnownSources,
  ) {}

  @Get(':id/compare')
  @Operation({
    id: 'compareMarketplaces',
    scope: 'read',
    credits: TARIFF.read,
    summary: 'What it costs in other marketplaces, in one currency',
    description:
      'This listing, those linked to it, and the same ASIN elsewhere; each converted with the reference rate of the ' +
      "price's own day, which is stated. Shipping counts where it is known. Duties are an estimate by a dated rule, " +
      'without taxes and fees. Where something is missing the line says so; nothing is guessed.',
    params: IdParams,
    query: CompareQuery,
    responses: { 200: { description: 'A line for each marketplace.', schema: Comparison } },
  })
  async compare(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
    @Query() { marketplaces, currency, shipTo }: CompareQuery,
    @Req() request: FastifyRequest,
  ): Promise<Comparison> {
    request.subjects = [id];
    const [found, linked, known] = await Promise.all([
      this.lookups.product(accountId, id),
      this.bus.ask(GetLinkedProducts, { accountId, productId: id }),
      this.known.all(),
    ]);
    if (!found)
      throw new Problem(
        'not-found',
        'There is no such product among those of the account and the shared ones.',
      );
    const listings: FoundListing[] = [
      { listing: found.value, match: 'this' },
      ...linked.products.map(({ by: _by, ...listing }): FoundListing => ({ listing, match: 'linked' })),
    ];
    const now = this.clock.now();
    const ratesOf = this.dailyRates();
    const items = await Promise.all(
      marketplaces.map(async (marketplace): Promise<ComparedLine> => {
        const one =
          listings.find(({ listing }) => marketplaceOf(listing, known) === marketplace) ??
          (await this.sameCode(accountId, found.value, marketplace, known));
        if ('problem' in one) return { ...emptyLine(marketplace), problem: one.problem };
        const offer = offerToCompare(one.listing);
        const needsRates = offer !== undefined && (offer.currency !== currency || shipTo !== undefined);
        const rates = needsRates ? await ratesOf(offer.observedAt.slice(0, 10)) : null;
        return compareLine(one, { marketplace, currency, shipTo, now, rates });
      }),
    );
    return { currency, items, cheapest: cheapestOf(items), next: null };
  }

  /** The product of the same code at the source of that marketplace, looked up if need be. */
  private async sameCode(
    accountId: string,
    { product, ...listing }: Product,
    marketplace: string,
    known: readonly SourceState[],
  ): Promise<FoundListing | { problem: { reason: string; detail: string } }> {
    const nothing = { reason: 'not-listed', detail: `no listing of it is known in ${marketplace}` };
    if (marketplaceOf(listing, known) === undefined || asinProblem(product) !== null)
      return { problem: nothing };
    const source = sourceIn(marketplace, known);
    try {
      const stored = await this.lookups.product(accountId, productIdOf(OPERATOR_ACCOUNT_ID, source, product));
      const served = await this.sources.upToDate(accountId, { source, product }, stored?.value, undefined);
      return served ? { listing: served.product, match: 'same-code' } : { problem: nothing };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { problem: { reason: 'unavailable', detail: error.message } };
    }
  }

  /** Each day is asked for once. */
  private dailyRates(): (day: string) => Promise<ExchangeRates | null> {
    const days = new Map<string, Promise<ExchangeRates | null>>();
    return (day) => {
      let rates = days.get(day);
      if (!rates) {
        rates = this.bus.ask(GetExchangeRates, { day }).then(({ exchangeRates }) => exchangeRates);
        days.set(day, rates);
      }
      return rates;
    };
  }
}

function cheapestOf(items: readonly ComparedLine[]): string | null {
  const priced = items.flatMap(({ marketplace, converted, offer }) => {
    if (!converted || offer?.availability === 'out_of_stock') return [];
    const total = parseAmount(converted.total, converted.currency);
    return 'minor' in total ? [{ marketplace, minor: total.minor }] : [];
  });
  return priced.toSorted((one, other) => one.minor - other.minor)[0]?.marketplace ?? null;
}
