import 'reflect-metadata';
import { startService } from '@souk/bus';
import { readConfig } from '@souk/service';
import { QuotaConfig } from './config.ts';
import { QuotaModule } from './quota.module.ts';

const config = readConfig(QuotaConfig);
await startService({ module: QuotaModule.register(config), config });
