import { Controller } from '@nestjs/common';
import { Answer } from '@souk/bus';
import { GetThresholdAdvice, type ResponseOf } from '@souk/contracts';
import { Database } from '@souk/service';
import type { z } from 'zod';
import { DealsStore } from '../deals.store.ts';
import { ProductFactsStore } from '../market/product-facts.store.ts';
import { TimelineStore } from '../timeline.store.ts';
import { alternativesTo } from './alternatives.ts';
import { AlternativesStore } from './alternatives.store.ts';
import { thresholdAdvice } from './thresholds.ts';

/** What a watch on a listing may expect, and what could be bought instead. */
@Controller()
export class AdviceAnswers {
  constructor(
    private readonly database: Database,
    private readonly deals: DealsStore,
    private readonly timelines: TimelineStore,
    private readonly facts: ProductFactsStore,
    private readonly alternatives: AlternativesStore,
  ) {}

  /** For the offer of the listing that was observed last, as its deal. */
  @Answer(GetThresholdAdvice)
  async advise({
    accountId,
    productId,
    prices = [],
    drops = [],
  }: z.output<typeof GetThresholdAdvice.request>): Promise<ResponseOf<typeof GetThresholdAdvice>> {
    return this.database.read([accountId], async (tx) => {
      const [[offer], [facts]] = await Promise.all([
        this.deals.currentOffers(tx, [productId]),
        this.facts.of(tx, [productId]),
      ]);
      if (!offer) return { advice: null, alternatives: [] };
      const { offerId, currency } = offer;
      const [loaded, candidates] = await Promise.all([
        this.timelines.load(tx, [offer]),
        facts ? this.alternatives.candidates(tx, facts, offer) : [],
      ]);
      const found = loaded.find((one) => one.currency === currency);
      // While it is sold out, the last price that it could be bought at.
      const priceMinor = found?.timeline.last()?.priceMinor ?? offer.priceMinor;
      const isAsked = prices.length + drops.length > 0;
      return {
        advice: found
          ? {
              ...{ productId, offerId, currency },
              ...thresholdAdvice(found.timeline, currency, isAsked ? { prices, drops } : undefined),
            }
          : null,
        alternatives: alternativesTo({ title: facts?.title ?? null, priceMinor }, candidates),
      };
    });
  }
}
