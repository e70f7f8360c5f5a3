import { Controller, Get, Param, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetLinkedProducts, GetProducts, TARIFF } from '@souk/contracts';
import { Clock } from '@souk/service';
import type { FastifyRequest } from 'fastify';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { offerView } from '../products/product-view.ts';
import { type ComparedListing, disagreementOf, listingOffers } from './compare-offers.ts';
import { OfferList } from './offer.schemas.ts';

@Controller('v1/products')
export class OffersController {
  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  @Get(':id/offers')
  @Operation({
    id: 'listOffers',
    scope: 'read',
    credits: TARIFF.read,
    summary: 'Its offers, and those of the same item at other sources',
    description:
      'Listings are linked by exact identifiers (GTIN, ASIN, brand with part number) and never merged. Each price ' +
      'comes with its age and the attribution that its source asks for.',
    params: IdParams,
    responses: { 200: { description: 'All offers, and how far the sources disagree.', schema: OfferList } },
  })
  async offers(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
    @Req() request: FastifyRequest,
  ): Promise<OfferList> {
    request.subjects = [id];
    const [{ products }, linked] = await Promise.all([
      this.bus.ask(GetProducts, { accountId, productIds: [id] }),
      this.bus.ask(GetLinkedProducts, { accountId, productId: id }),
    ]);
    const [listing] = products;
    if (!listing)
      throw new Problem(
        'not-found',
        'There is no such product among those of the account and the shared ones.',
      );
    const compared: ComparedListing[] = [
      { listing, by: null },
      ...linked.products.map(({ by, ...other }) => ({ listing: other, by })),
    ];
    return {
      items: listing.offers.map(offerView),
      listings: listingOffers(compared, this.clock.now().getTime()),
      disagreement: disagreementOf(compared),
      next: null,
    };
  }
}
