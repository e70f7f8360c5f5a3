import { type DynamicModule, Module } from '@nestjs/common';
import { CatalogueAnswers } from './catalogue.answers.ts';
import { CatalogueStore } from './catalogue.store.ts';
import { ENRICHMENT_CONFIG, type EnrichmentConfig } from './config.ts';
import { EnrichmentHandlers } from './enrichment.handlers.ts';
import { ListingMemory } from './listing-memory.ts';
import { ListingStore } from './listing.store.ts';
import { QuarantineStore } from './quarantine.store.ts';

@Module({
  controllers: [EnrichmentHandlers, CatalogueAnswers],
  providers: [ListingStore, CatalogueStore, QuarantineStore, ListingMemory],
})
export class EnrichmentModule {
  static register(config: EnrichmentConfig): DynamicModule {
    return { module: EnrichmentModule, providers: [{ provide: ENRICHMENT_CONFIG, useValue: config }] };
  }
}
