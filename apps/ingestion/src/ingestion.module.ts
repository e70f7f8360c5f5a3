import { type DynamicModule, Module } from '@nestjs/common';
import { INGESTION_CONFIG, type IngestionConfig } from './config.ts';
import { PostedHandlers } from './posted.handlers.ts';
import { SourceHandlers } from './sources/source.handlers.ts';
import { SourcePoll } from './sources/source-poll.ts';
import { SourcePoller } from './sources/source-poller.ts';
import { TrackingHandlers } from './tracking/tracking.handlers.ts';

@Module({
  controllers: [PostedHandlers, SourceHandlers, TrackingHandlers],
  providers: [SourcePoll, SourcePoller],
})
export class IngestionModule {
  static register(config: IngestionConfig): DynamicModule {
    return { module: IngestionModule, providers: [{ provide: INGESTION_CONFIG, useValue: config }] };
  }
}
