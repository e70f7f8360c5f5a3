import 'reflect-metadata';
import { startService } from '@souk/bus';
import { readConfig } from '@souk/service';
import { BillingModule } from './billing.module.ts';
import { BillingConfig } from './config.ts';

const config = readConfig(BillingConfig);
await startService({ module: BillingModule.register(config), config });
