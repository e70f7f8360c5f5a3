export { BillingModule } from './billing.module.ts';
export { BillingConfig } from './config.ts';
