import 'reflect-metadata';
import { startService } from '@souk/bus';
import { readConfig } from '@souk/service';
import { AlertingModule } from './alerting.module.ts';
import { AlertingConfig } from './config.ts';

const config = readConfig(AlertingConfig);
await startService({ module: AlertingModule.register(config), config });
