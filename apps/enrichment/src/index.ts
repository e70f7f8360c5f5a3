export { EnrichmentConfig } from './config.ts';
export { EnrichmentModule } from './enrichment.module.ts';
