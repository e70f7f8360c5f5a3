export { QuotaConfig } from './config.ts';
export { QuotaModule } from './quota.module.ts';
