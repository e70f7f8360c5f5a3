import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type Sampler, SamplingDecision, TracerProvider } from '@opentelemetry/sdk-trace';
import { TraceIds } from './trace-ids.ts';
import { TraceKeeper } from './trace-keeper.ts';

export interface Telemetry {
  keeper: TraceKeeper;
  /** Exports what is left, within two seconds. */
  shutdown: () => Promise<void>;
}

let current: Telemetry = { keeper: new TraceKeeper(undefined), shutdown: async () => undefined };

/** The process's telemetry; before `startTelemetry` one that exports nothing. */
export const telemetry = (): Telemetry => current;

/**
 * Without an endpoint trace ids are still made and passed on (alerts and logs carry them), but nothing is
 * recorded. With one, a share of the traces is exported from the start and every other one is recorded and
 * held back, see TraceKeeper.
 */
export function startTelemetry(options: {
  service: string;
  instance: string;
  endpoint: string | undefined;
  /** Share of traces exported whatever happens, 0 to 1. */
  ratio: number;
}): Telemetry {
  const exporter = options.endpoint
    ? new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${options.endpoint.replace(/\/$/, '')}/v1/traces` }),
        scheduledDelayMillis: 1_000,
        maxQueueSize: 8_192,
      })
    : undefined;
  const keeper = new TraceKeeper(exporter);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': `souk-${options.service}`,
      'service.instance.id': options.instance,
    }),
    sampler: sampler(exporter !== undefined, options.ratio),
    idGenerator: new TraceIds(),
    spanProcessors: [keeper],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  current = {
    keeper,
    shutdown: async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, 2_000);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
  return current;
}

/** Follows the parent's decision; a root is sampled by its trace id, so that all services agree. */
function sampler(exporting: boolean, ratio: number): Sampler {
  const bound = Math.floor(ratio * 0xffff_ffff);
  return {
    shouldSample: (parent, traceId) => {
      if (!exporting) return { decision: SamplingDecision.NOT_RECORD };
      const parentContext = trace.getSpanContext(parent);
      const sampled = parentContext
        ? (parentContext.traceFlags & 1) === 1
        : Number.parseInt(traceId.slice(-8), 16) < bound || ratio >= 1;
      return { decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD };
    },
    toString: () => `RecordAll(${ratio})`,
  };
}
