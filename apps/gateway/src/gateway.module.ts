import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccountsController } from './accounts/accounts.controller.ts';
import { AlertStreams } from './alerts/alert-streams.ts';
import { AlertsController } from './alerts/alerts.controller.ts';
import { Authentication } from './auth/authentication.ts';
import { KeyRing } from './auth/key-ring.ts';
import { ChannelsController } from './channels/channels.controller.ts';
import { DeliveriesController } from './channels/deliveries.controller.ts';
import { LinksController } from './chats/links.controller.ts';
import { NoticesController } from './notices/notices.controller.ts';
import { HooksController } from './chats/hooks.controller.ts';
import { CompareController } from './compare/compare.controller.ts';
import { KnownSources } from './compare/known-sources.ts';
import { GATEWAY_CONFIG, type GatewayConfig } from './config.ts';
import { CreditsController } from './credits/credits.controller.ts';
import { DocsController } from './docs/docs.controller.ts';
import { FeedsController } from './feeds/feeds.controller.ts';
import { EarlyAnswers } from './http/early-answers.ts';
import { Edge } from './http/edge.ts';
import { Operations } from './http/operations.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { CommandHooks } from './idempotency/command-hooks.ts';
import { IdempotencyStore } from './idempotency/idempotency.store.ts';
import { Idempotency } from './idempotency/idempotency.ts';
import { JobStreams } from './jobs/job-streams.ts';
import { JobsController } from './jobs/jobs.controller.ts';
import { KeyMaker } from './keys/key-maker.ts';
import { KeysController } from './keys/keys.controller.ts';
import { CachesController } from './lookups/caches.controller.ts';
import { ProductLookups } from './lookups/product-lookups.ts';
import { CreditLeases } from './metering/credit-leases.ts';
import { ForecastController } from './forecast/forecast.controller.ts';
import { MarketReports } from './market/market-reports.ts';
import { MarketController } from './market/market.controller.ts';
import { Meter } from './metering/meter.ts';
import { UsageRecorder } from './metering/usage-recorder.ts';
import { ObservationsController } from './observations/observations.controller.ts';
import { OffersController } from './offers/offers.controller.ts';
import { HealthController } from './operations/health.controller.ts';
import { OperationsController } from './operations/operations.controller.ts';
import { PageController } from './page/page.controller.ts';
import { Pictures } from './pictures/pictures.ts';
import { PreferencesController } from './preferences/preferences.controller.ts';
import { AdviceController } from './products/advice.controller.ts';
import { HistoryController } from './products/history.controller.ts';
import { PopularProducts } from './products/popular-products.ts';
import { ProductsController } from './products/products.controller.ts';
import { SourceTier } from './products/source-tier.ts';
import { QuotaController } from './quota/quota.controller.ts';
import { SavingsController } from './savings/savings.controller.ts';
import { VariationsController } from './variations/variations.controller.ts';
import { ManyWatchesController } from './watches/many.controller.ts';
import { WatchesController } from './watches/watches.controller.ts';

@Module({
  controllers: [
    ObservationsController,
    ProductsController,
    AdviceController,
    HistoryController,
    MarketController,
    ForecastController,
    OffersController,
    VariationsController,
    CompareController,
    ManyWatchesController,
    WatchesController,
    AlertsController,
    SavingsController,
    ChannelsController,
    DeliveriesController,
    PreferencesController,
    HooksController,
    LinksController,
    NoticesController,
    CreditsController,
    AccountsController,
    KeysController,
    OperationsController,
    FeedsController,
    QuotaController,
    CachesController,
    JobsController,
    HealthController,
    DocsController,
    PageController,
  ],
  providers: [
    Operations,
    EarlyAnswers,
    Edge,
    { provide: APP_FILTER, useClass: ProblemFilter },
    KeyRing,
    Authentication,
    IdempotencyStore,
    Idempotency,
    CommandHooks,
    UsageRecorder,
    CreditLeases,
    Meter,
    AlertStreams,
    KeyMaker,
    ProductLookups,
    SourceTier,
    KnownSources,
    PopularProducts,
    Pictures,
    MarketReports,
    JobStreams,
  ],
})
export class GatewayModule {
  static register(config: GatewayConfig): DynamicModule {
    return { module: GatewayModule, providers: [{ provide: GATEWAY_CONFIG, useValue: config }] };
  }
}
