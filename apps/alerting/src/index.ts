export { AlertingModule } from './alerting.module.ts';
export { AlertingConfig } from './config.ts';
