import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { inboxPrefixOf } from '@souk/contracts';
import { type BaseConfig, Clock, Database, Health, loggerModule, SystemClock } from '@souk/service';
import { Bus } from './bus.ts';
import { connectNats } from './nats.ts';
import { Relay } from './relay.ts';
import { BusServer } from './server.ts';

/** Token of the settings that every service has. */
export const BASE_CONFIG = Symbol('BASE_CONFIG');
export const NATS = Symbol('NATS');

export interface RuntimeOptions {
  config: BaseConfig;
  clock?: Clock;
  /** Check answers against their contracts; tests do. */
  checkResponses?: boolean;
  /** How many times as long answers and connections are waited for; more in tests, whose machine may stand still. */
  patience?: number;
}

/** What every service gets injected: settings, clock, health, its database, the bus. */
@Global()
@Module({})
export class BusModule {
  static register({ config, clock, checkResponses = false, patience = 1 }: RuntimeOptions): DynamicModule {
    return {
      module: BusModule,
      imports: [
        loggerModule({
          level: config.SOUK_LOG_LEVEL,
          service: config.SOUK_SERVICE,
          instance: config.SOUK_INSTANCE,
        }),
      ],
      providers: [
        { provide: BASE_CONFIG, useValue: config },
        { provide: Clock, useValue: clock ?? new SystemClock() },
        { provide: Health, useValue: new Health() },
        {
          provide: Database,
          useFactory: () =>
            Database.connect({
              url: config.SOUK_POSTGRES_URL,
              schema: config.SOUK_SERVICE,
              poolSize: config.SOUK_POSTGRES_POOL,
              applicationName: config.SOUK_INSTANCE,
              patience,
            }),
        },
        {
          provide: NATS,
          useFactory: () => connectNats(config.SOUK_NATS_URL, config.SOUK_SERVICE, config.SOUK_INSTANCE),
        },
        {
          provide: Relay,
          useFactory: (database: Database, nats: NatsConnection) =>
            new Relay(database, nats, inboxPrefixOf(config.SOUK_SERVICE)),
          inject: [Database, NATS],
        },
        {
          provide: Bus,
          useFactory: (nats: NatsConnection, database: Database, time: Clock, relay: Relay) =>
            new Bus(nats, database, time, relay, config.SOUK_PARTITIONS, config.SOUK_SERVICE, patience),
          inject: [NATS, Database, Clock, Relay],
        },
        {
          provide: BusServer,
          useFactory: (
            nats: NatsConnection,
            database: Database,
            time: Clock,
            bus: Bus,
            relay: Relay,
            health: Health,
          ) => new BusServer({ config, nats, database, clock: time, bus, relay, health, checkResponses }),
          inject: [NATS, Database, Clock, Bus, Relay, Health],
        },
      ],
      exports: [BASE_CONFIG, Clock, Health, Database, NATS, Relay, Bus, BusServer],
    };
  }
}
