/**
 * Preload of every service: `node --import <this> main.js`. Starts telemetry before pg and ioredis are
 * imported, so that their calls become spans.
 */
import { register } from 'import-in-the-middle/register-hooks.mjs';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { readTelemetryConfig } from './telemetry-config.ts';
import { startTelemetry } from './telemetry.ts';

const config = readTelemetryConfig();
if (config.endpoint) {
  register({ include: ['pg', 'pg-pool', 'ioredis'] });
}
startTelemetry(config);
if (config.endpoint) {
  registerInstrumentations({
    instrumentations: [
      new PgInstrumentation({ requireParentSpan: true }),
      new IORedisInstrumentation({ requireParentSpan: true }),
    ],
  });
}
