import 'reflect-metadata';
import { startService } from '@souk/bus';
import { readConfig } from '@souk/service';
import { ScoringConfig } from './config.ts';
import { ScoringModule } from './scoring.module.ts';

const config = readConfig(ScoringConfig);
await startService({ module: ScoringModule.register(config), config });
