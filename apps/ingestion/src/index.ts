export { IngestionConfig } from './config.ts';
export { IngestionModule } from './ingestion.module.ts';
