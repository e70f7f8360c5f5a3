import 'reflect-metadata';
import { startService } from '@souk/bus';
import { readConfig } from '@souk/service';
import { EnrichmentConfig } from './config.ts';
import { EnrichmentModule } from './enrichment.module.ts';

const config = readConfig(EnrichmentConfig);
await startService({ module: EnrichmentModule.register(config), config });
