import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  type BaseConfig,
  type Clock,
  Database,
  Health,
  serveHealth,
  settleMemory,
  telemetry,
} from '@souk/service';
import { Logger } from 'nestjs-pino';
import { BusModule, NATS } from './bus.module.ts';
import { BusServer } from './server.ts';
import { RethrowFilter } from './rethrow.ts';

const SETTLE_AGAIN_AFTER_MS = 8_000;
/** Whoever starts services kills those that have not ended ten seconds after they were told to. */
const STOP_WITHIN_MS = 9_000;

export interface ServiceOptions {
  module: DynamicModule;
  config: BaseConfig;
  clock?: Clock;
  /** Makes it an HTTP server as well; `prepare` adds hooks and plugins before routes are bound. */
  http?: {
    host: string;
    port: number;
    prepare?: (app: NestFastifyApplication) => Promise<void> | void;
    bodyLimitBytes?: number;
  };
  checkResponses?: boolean;
  /** How many times as long answers and connections are waited for. */
  patience?: number;
  /** Stop on SIGTERM and SIGINT; tests stop by themselves. */
  handleSignals?: boolean;
}

export interface RunningService {
  app: INestApplicationContext;
  healthPort: number;
  /** Base URL when it serves HTTP. */
  url?: string;
  /** Drains: no new work, what is in hand is finished, what is committed is published. */
  stop: () => Promise<void>;
}

@Module({ providers: [{ provide: APP_FILTER, useClass: RethrowFilter }] })
class Rethrowing {}

@Module({})
class Root {}

/** Boots a service: database and broker connected, handlers attached, health served. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { config, http } = options;
  const root: DynamicModule = {
    module: Root,
    imports: [
      BusModule.register({
        config,
        ...(options.clock && { clock: options.clock }),
        ...(options.checkResponses && { checkResponses: true }),
        ...(options.patience !== undefined && { patience: options.patience }),
      }),
      Rethrowing,
      options.module,
    ],
  };
  const app = http ? await startHttp(root, http) : await startWorker(root);
  const health = app.get(Health);
  const healthServer = await serveHealth(health, {
    host: config.SOUK_HEALTH_HOST,
    port: config.SOUK_HEALTH_PORT,
  });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      await app.close();
      await healthServer.close();
      await app.get<NatsConnection>(NATS).close();
      await app.get(Database).close();
      await telemetry().shutdown();
    })());
  if (options.handleSignals ?? true) {
    stopOnSignals(stop, () =>
      app.get(Logger).warn('not everything has ended in time; the next process takes up what was begun'),
    );
    settleMemory();
    // Once more when the first rush, a seeded history or a backlog, is over.
    setTimeout(settleMemory, SETTLE_AGAIN_AFTER_MS).unref();
  }
  return {
    app,
    healthPort: healthServer.port,
    ...(http && { url: (await (app as NestFastifyApplication).getUrl()).replace('[::1]', '127.0.0.1') }),
    stop,
  };
}

async function startWorker(root: DynamicModule): Promise<INestApplicationContext> {
  const app = await NestFactory.createMicroservice(root, {
    useFactory: (server: BusServer) => ({ strategy: server }),
    inject: [BusServer],
    bufferLogs: true,
  } as never);
  app.useLogger(app.get(Logger));
  await app.listen();
  return app;
}

async function startHttp(
  root: DynamicModule,
  http: NonNullable<ServiceOptions['http']>,
): Promise<INestApplicationContext> {
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  const app = await NestFactory.create<NestFastifyApplication>(
    root,
    new FastifyAdapter({
      bodyLimit: http.bodyLimitBytes ?? 1024 * 1024,
      requestTimeout: 0,
      trustProxy: false,
    }),
    { bufferLogs: true },
  );
  app.useLogger(app.get(Logger));
  await http.prepare?.(app);
  app.connectMicroservice({ strategy: app.get(BusServer) });
  await app.startAllMicroservices();
  await app.listen(http.port, http.host);
  return app;
}

/**
 * The process leaves by itself once everything is closed, or when its time is over: what is committed survives that, and
 * requests without an answer are repeated by who sent them. A second signal leaves at once.
 */
function stopOnSignals(stop: () => Promise<void>, sayLate: () => void): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      process.once(signal, () => process.exit(1));
      setTimeout(() => {
        sayLate();
        process.exit(1);
      }, STOP_WITHIN_MS).unref();
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}
