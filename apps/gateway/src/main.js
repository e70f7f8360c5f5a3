import 'reflect-metadata';
import { startService } from '@souk/bus';
import { readConfig } from '@souk/service';
import { GatewayConfig } from './config.ts';
import { GatewayModule } from './gateway.module.ts';
const config = readConfig(GatewayConfig);
await startService({
  module: GatewayModule.register(config),
  config,
  http: { host: config.SOUK_HOST, port: config.SOUK_PORT },
});
