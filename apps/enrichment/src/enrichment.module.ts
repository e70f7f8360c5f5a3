import { type DynamicModule, Module } from '@nestjs/common';
import { QuarantineStore } from '@souk/quarantine';
import { CatalogueAnswers } from './catalogue.answers.ts';
import { CatalogueStore } from './catalogue.store.ts';
import { ENRICHMENT_CONFIG, type EnrichmentConfig } from './config.ts';
import { EnrichmentHandlers } from './enrichment.handlers.ts';
import { ExpiredData } from './expired-data.ts';
import { LinkListings } from './links/link-listings.ts';
import { LinkStore } from './links/link.store.ts';
import { ListingMemory } from './listing-memory.ts';
import { ListingStore } from './listing.store.ts';

@Module({
  controllers: [EnrichmentHandlers, CatalogueAnswers],
  providers: [ListingStore, CatalogueStore, ListingMemory, LinkStore, LinkListings, ExpiredData],
})
export class EnrichmentModule {
  static register(config: EnrichmentConfig): DynamicModule {
    const quarantine = new QuarantineStore({ retentionDays: config.SOUK_QUARANTINE_DAYS });
    return {
      module: EnrichmentModule,
      providers: [
        { provide: ENRICHMENT_CONFIG, useValue: config },
        { provide: QuarantineStore, useValue: quarantine },
      ],
    };
  }
}
