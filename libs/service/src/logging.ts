import { trace } from '@opentelemetry/api';
import type { DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { stdSerializers } from 'pino';

/** JSON lines on standard output; each carries the trace id of the work at hand. Secrets are cut out by name. */
export function loggerModule(options: { level: string; service: string; instance: string }): DynamicModule {
  return LoggerModule.forRoot({
    // Nothing is logged for each request: without the middleware a request costs no logger of its own.
    forRoutes: [],
    pinoHttp: {
      level: options.level,
      autoLogging: false,
      quietReqLogger: true,
      base: { service: options.service, instance: options.instance },
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      serializers: {
        error: stdSerializers.err,
        reason: (reason: unknown) => (reason instanceof Error ? reason.message : reason),
      },
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const context = trace.getActiveSpan()?.spanContext();
        return context ? { traceId: context.traceId, spanId: context.spanId } : {};
      },
      redact: {
        paths: [
          '*.authorization',
          '*.token',
          '*.secret',
          '*.password',
          'req.headers.authorization',
          '*.apiKey',
        ],
        censor: '[hidden]',
      },
    },
  });
}
