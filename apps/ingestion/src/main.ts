import 'reflect-metadata';
import { startService } from '@souk/bus';
import { readConfig } from '@souk/service';
import { IngestionConfig } from './config.ts';
import { IngestionModule } from './ingestion.module.ts';

const config = readConfig(IngestionConfig);
await startService({ module: IngestionModule.register(config), config });
