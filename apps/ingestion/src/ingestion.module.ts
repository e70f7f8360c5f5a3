import { type DynamicModule, Module } from '@nestjs/common';
import { INGESTION_CONFIG, type IngestionConfig } from './config.ts';
import { JobDesk } from './jobs/job-desk.ts';
import { JobHolds } from './jobs/job-holds.ts';
import { JobRunner } from './jobs/job-runner.ts';
import { JobUpkeep } from './jobs/job-upkeep.ts';
import { JobHandlers } from './jobs/job.handlers.ts';
import { SliceWork } from './jobs/slice-work.ts';
import { PlannerHandlers } from './planner/planner.handlers.ts';
import { Planner } from './planner/planner.ts';
import { PostedHandlers } from './posted.handlers.ts';
import { ExchangeRatesHandlers } from './rates/rates.handlers.ts';
import { RatesReader } from './rates/rates-reader.ts';
import { CanaryCheck } from './sources/canary-check.ts';
import { CataloguePoll } from './sources/catalogue-poll.ts';
import { FeedFiles } from './sources/feed/feed-files.ts';
import { FeedHandlers } from './sources/feed/feed.handlers.ts';
import { FetchedPrices } from './sources/fetched-prices.ts';
import { LookUpDesk } from './sources/lookups/look-up-desk.ts';
import { PageCaller } from './sources/page-caller.ts';
import { SearchDesk } from './sources/search-desk.ts';
import { SourceCaller } from './sources/source-caller.ts';
import { SourceCycle } from './sources/source-cycle.ts';
import { SourcePoller } from './sources/source-poller.ts';
import { SourceRegistry } from './sources/source-registry.ts';
import { SourceHandlers } from './sources/source.handlers.ts';
import { StandIns } from './sources/stand-ins.ts';
import { Upstreams } from './sources/upstreams/upstreams.ts';
import { WatchedLookUps } from './sources/watched-look-ups.ts';
import { DoubtHandlers } from './tracking/doubt.handlers.ts';
import { LinkHandlers } from './tracking/link.handlers.ts';
import { TrackingHandlers } from './tracking/tracking.handlers.ts';

@Module({
  controllers: [
    PostedHandlers,
    SourceHandlers,
    TrackingHandlers,
    LinkHandlers,
    DoubtHandlers,
    PlannerHandlers,
    ExchangeRatesHandlers,
    FeedHandlers,
    JobHandlers,
  ],
  providers: [
    SourceRegistry,
    Upstreams,
    PageCaller,
    SourceCaller,
    FeedFiles,
    FetchedPrices,
    LookUpDesk,
    SearchDesk,
    StandIns,
    CataloguePoll,
    WatchedLookUps,
    CanaryCheck,
    SourceCycle,
    SourcePoller,
    Planner,
    RatesReader,
    JobHolds,
    SliceWork,
    JobUpkeep,
    JobRunner,
    JobDesk,
  ],
})
export class IngestionModule {
  static register(config: IngestionConfig): DynamicModule {
    return { module: IngestionModule, providers: [{ provide: INGESTION_CONFIG, useValue: config }] };
  }
}
