import { Logger } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  ListDeadLettersRequest,
  ListDeadLettersResponse,
  query,
  RELATIONS,
  ReplayDeadLettersRequest,
  ReplayDeadLettersResponse,
  type ServiceName,
} from '@souk/contracts';
import { type BaseConfig, type Clock, type Database, type Health, inboxRetentionHours } from '@souk/service';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Batch } from './batch.ts';
import type { Bus } from './bus.ts';
import { listDeadLetters, replayDeadLetters } from './dead-letters.ts';
import { type AnswerExtras, SOUK_BUS, type SubscribeExtras } from './decorators.ts';
import { deleteExpiredPayloads } from './kept-payloads.ts';
import { Leases } from './leases.ts';
import type { Outgoing } from './outgoing.ts';
import { ParkedPoll } from './parked-poll.ts';
import { type QueryContext, QueryResponder } from './queries.ts';
import { provision } from './provisioning.ts';
import { Recovery } from './recovery.ts';
import type { Relay } from './relay.ts';
import { OwnStream } from './streams.ts';
import { Subscription } from './subscription.ts';
import { pendingMessages, outboxBacklog, registerGauge } from './metrics.ts';

const MAINTENANCE_EVERY_MS = 10_000;
const DRAIN_OUTBOX_WITHIN_MS = 3_000;

export interface BusServerParts {
  config: BaseConfig;
  nats: NatsConnection;
  database: Database;
  clock: Clock;
  bus: Bus;
  relay: Relay;
  health: Health;
  checkResponses: boolean;
}

/** Nest's transport for Souk: durable subscriptions, queries, the outbox relay and their upkeep. */
export class BusServer extends Server implements CustomTransportStrategy {
  override readonly transportId = SOUK_BUS;
  // A failed handler must reach us: it decides between commit, retry and parking.
  override propagatesEventHandlerErrors = true;
  protected override readonly logger = new Logger('bus');
  private readonly service: ServiceName;
  private readonly leases: Leases;
  private readonly responder: QueryResponder;
  private readonly subscriptions: Subscription[] = [];
  private readonly parked: ParkedPoll;
  private recovery: Recovery | undefined;
  private maintenance: NodeJS.Timeout | undefined;

  constructor(private readonly parts: BusServerParts) {
    super();
    const { config } = parts;
    this.service = config.SOUK_SERVICE;
    this.leases = new Leases(parts.database, config.SOUK_INSTANCE, config.SOUK_PARTITIONS);
    this.parked = new ParkedPoll(parts.database, this.subscriptions);
    this.responder = new QueryResponder(parts.nats, this.service, parts.checkResponses);
    this.initializeSerializer({});
    this.initializeDeserializer({});
  }

  listen(callback: (error?: unknown) => void): void {
    this.start().then(() => callback(), callback);
  }

  /** Takes no new work, finishes what is in hand, publishes what was committed, gives its partitions back. */
  async close(): Promise<void> {
    clearInterval(this.maintenance);
    this.recovery?.stop();
    this.parts.bus.announceStop();
    await this.responder.stop();
    this.parked.stop();
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
    await this.parts.relay.stop(DRAIN_OUTBOX_WITHIN_MS);
    await this.leases.stop();
  }

  on(): void {
    // This transport has no driver events; health and metrics tell its state.
  }

  unwrap<T>(): T {
    return this.parts.nats as T;
  }

  private async start(): Promise<void> {
    const { config, nats, database, relay, bus, health } = this.parts;
    const apiPrefix = config.SOUK_NATS_API_PREFIX;
    const manager = await jetstreamManager(nats, { checkAPI: false, apiPrefix });
    const stream = new OwnStream(this.service, config, manager, database);
    const recovery = new Recovery(stream, relay, config.SOUK_STREAM_MAX_AGE_HOURS, () =>
      provision(nats, this.service, { replay: true }),
    );
    this.recovery = recovery;
    await recovery.look();
    const ground = {
      database,
      clock: this.parts.clock,
      partitions: config.SOUK_PARTITIONS,
      committed: (events: readonly Outgoing[]) => relay.notify(events),
      replicaId: this.leases.replicaId,
      nats,
      jetstream: jetstream(nats, { apiPrefix }),
      manager,
      deliverTwice: config.DELIVER_TWICE,
    };
    this.leases.add(relay);
    for (const [pattern, handler] of this.messageHandlers) {
      const extras = handler.extras as Partial<SubscribeExtras & AnswerExtras>;
      if (extras.event) {
        this.mustBeInCatalog(extras.event.type);
        this.subscriptions.push(
          new Subscription(this.service, extras.event, (batch) => call(handler, batch), ground, extras),
        );
      } else if (extras.query) {
        this.responder.serve(extras.query, (request, context) => call(handler, request, context));
      } else throw new Error(`${pattern}: use @Subscribe or @Answer`);
    }
    this.serveDeadLetters();
    for (const subscription of this.subscriptions) {
      this.leases.add(subscription);
      subscription.start();
    }
    this.parked.start();
    relay.start(stream);
    await this.leases.start();
    bus.onDisconnect(() => {
      recovery.disconnected();
      for (const subscription of this.subscriptions) void subscription.disconnected();
    });
    bus.onReconnect(() => void recovery.look());
    this.maintenance = setInterval(() => void this.maintain(recovery), MAINTENANCE_EVERY_MS);
    this.observe(health, recovery);
  }

  private async maintain(recovery: Recovery): Promise<void> {
    try {
      await recovery.look();
      const { clock, config, database } = this.parts;
      const retentions = [config.SOUK_OUTBOX_RETENTION_HOURS, inboxRetentionHours(config)];
      await database.transaction([], (tx) =>
        tx.query('select bus_maintain(make_interval(secs => $1), make_interval(secs => $2), $3)', [
          ...retentions.map((hours) => hours * 3_600),
          config.SOUK_OUTBOX_MAX_BYTES,
        ]),
      );
      const expired = await database.transaction([], (tx) => deleteExpiredPayloads(tx, clock.now()));
      if (expired > 0)
        this.logger.warn(
          { expired },
          'deleted what had failed and whose source lets nobody keep it any longer',
        );
    } catch (error) {
      this.logger.warn({ error }, 'maintenance has to wait');
    }
  }

  private serveDeadLetters(): void {
    const list = query(`${this.service}.list-dead-letters`, {
      summary: 'Messages that failed for good.',
      request: ListDeadLettersRequest,
      response: ListDeadLettersResponse,
    });
    const replay = query(`${this.service}.replay-dead-letters`, {
      summary: 'Handle dead letters again.',
      request: ReplayDeadLettersRequest,
      response: ReplayDeadLettersResponse,
    });
    const { database } = this.parts;
    this.responder.serve(list, (request) => listDeadLetters(database, ListDeadLettersRequest.parse(request)));
    this.responder.serve(replay, (request) =>
      replayDeadLetters(database, ReplayDeadLettersRequest.parse(request).ids),
    );
  }

  private mustBeInCatalog(type: string): void {
    if (RELATIONS[this.service].subscribes.some((contract) => contract.type === type)) return;
    throw new Error(
      `${this.service} subscribes to ${type}, but libs/contracts/src/catalog.ts does not say so`,
    );
  }

  private observe(health: Health, recovery: Recovery): void {
    const { database, nats, relay } = this.parts;
    health.register('postgres', () => database.ping());
    health.register('nats', async () => {
      if (nats.isClosed()) throw new Error('connection closed');
      await nats.rtt();
    });
    const says = (problem: string | undefined): void => {
      if (problem) throw new Error(problem);
    };
    health.register('stream', () => says(recovery.problem()));
    health.register('outbox', () => says(relay.problem()));
    health.register('subscriptions', () =>
      says(this.subscriptions.map((subscription) => subscription.problem()).find(Boolean)),
    );
    registerGauge(outboxBacklog, () => relay.backlog());
    for (const subscription of this.subscriptions) {
      registerGauge(pendingMessages(subscription.consumer), () => subscription.waiting());
    }
  }
}

/** Calls a Nest handler, whose result may be a value, a promise or an observable. */
async function call(handler: MessageHandler, first: unknown, second?: unknown): Promise<never> {
  const result: unknown = await (handler as (data: unknown, context: unknown) => Promise<unknown>)(
    first,
    second,
  );
  return (isObservable(result) ? await lastValueFrom(result, { defaultValue: undefined }) : result) as never;
}

export type { Batch, QueryContext };
