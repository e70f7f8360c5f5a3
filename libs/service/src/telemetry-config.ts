import { z } from 'zod';
import { readConfig } from './config.ts';

const TelemetryConfig = z.object({
  SOUK_SERVICE: z.string().default('unnamed'),
  SOUK_INSTANCE: z.string().default('unnamed-1'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  /** Share of all traces that is exported; alerts, failures and quarantines always are. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(0.05),
});

export function readTelemetryConfig(): Parameters<typeof import('./telemetry.ts').startTelemetry>[0] {
  const config = readConfig(TelemetryConfig);
  return {
    service: config.SOUK_SERVICE,
    instance: config.SOUK_INSTANCE,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
  };
}
