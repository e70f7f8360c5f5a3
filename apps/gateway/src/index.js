export { GatewayConfig } from './config.ts';
export { GatewayModule } from './gateway.module.ts';
