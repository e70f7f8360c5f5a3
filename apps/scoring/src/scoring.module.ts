import { type DynamicModule, Module } from '@nestjs/common';
import { QuarantineStore } from '@souk/quarantine';
import { HistoryReader } from './chunks/history-reader.ts';
import { SCORING_CONFIG, type ScoringConfig } from './config.ts';
import { AdviceAnswers } from './advice/advice.answers.ts';
import { AlternativesStore } from './advice/alternatives.store.ts';
import { ContextStore } from './context/context.store.ts';
import { LinksHandlers } from './context/links.handlers.ts';
import { PlainListings } from './context/plain-listings.ts';
import { DealsAnswers } from './deals.answers.ts';
import { DealsStore } from './deals.store.ts';
import { ForecastTrainer } from './forecast/forecast-trainer.ts';
import { ForecastAnswers } from './forecast/forecast.answers.ts';
import { ForecastStore } from './forecast/forecast.store.ts';
import { HistoryCloser } from './history-closer.ts';
import { HistoryClosingStore } from './history-closing.store.ts';
import { HistoryLookups } from './history-lookups.store.ts';
import { HistoryMemory } from './history-memory.ts';
import { HistoryPages } from './history-pages.store.ts';
import { HistoryStore } from './history.store.ts';
import { AgedHistory } from './last-price/aged-history.ts';
import { AgedHistoryStore } from './last-price/aged-history.store.ts';
import { ExpiredPrices } from './last-price/expired-prices.ts';
import { ForbiddenHistory } from './last-price/forbidden-history.ts';
import { LastPriceStore } from './last-price/last-price.store.ts';
import { LastPrices } from './last-price/last-prices.ts';
import { MarketRoller } from './market/market-roller.ts';
import { MarketAnswers } from './market/market.answers.ts';
import { MarketStore } from './market/market.store.ts';
import { ProductFactsHandlers } from './market/product-facts.handlers.ts';
import { ProductFactsStore } from './market/product-facts.store.ts';
import { RollUpStore } from './market/roll-up.store.ts';
import { PriceSeriesAnswers } from './price-series/price-series.answers.ts';
import { PriceSeriesStore } from './price-series/price-series.store.ts';
import { HeldPricesStore } from './plausibility/held-prices.store.ts';
import { Plausibility } from './plausibility/plausibility.ts';
import { PriceHistory } from './price-history.ts';
import { ScoringHandlers } from './scoring.handlers.ts';
import { TimelineStore } from './timeline.store.ts';

@Module({
  controllers: [
    ScoringHandlers,
    LinksHandlers,
    AdviceAnswers,
    DealsAnswers,
    ProductFactsHandlers,
    PriceSeriesAnswers,
    MarketAnswers,
    ForecastAnswers,
  ],
  providers: [
    ContextStore,
    PlainListings,
    AlternativesStore,
    HeldPricesStore,
    Plausibility,
    PriceHistory,
    HistoryMemory,
    HistoryStore,
    HistoryLookups,
    HistoryClosingStore,
    HistoryCloser,
    HistoryPages,
    TimelineStore,
    HistoryReader,
    DealsStore,
    LastPrices,
    LastPriceStore,
    ForbiddenHistory,
    AgedHistory,
    AgedHistoryStore,
    ExpiredPrices,
    ProductFactsStore,
    PriceSeriesStore,
    RollUpStore,
    MarketRoller,
    MarketStore,
    ForecastStore,
    ForecastTrainer,
  ],
})
export class ScoringModule {
  static register(config: ScoringConfig): DynamicModule {
    const quarantine = new QuarantineStore({ retentionDays: config.SOUK_QUARANTINE_DAYS });
    return {
      module: ScoringModule,
      providers: [
        { provide: SCORING_CONFIG, useValue: config },
        { provide: QuarantineStore, useValue: quarantine },
      ],
    };
  }
}
