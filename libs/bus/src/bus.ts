import { setMaxListeners } from 'node:events';
import { Logger } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  type EventContract,
  headlineOf,
  type QueryContract,
  type RequestOf,
  type ResponseOf,
  TRACE_KEEP_SUBJECT,
} from '@souk/contracts';
import { type Clock, type Database, telemetry } from '@souk/service';
import type { Unit } from './batch.ts';
import { MalformedMessage, type Message, readMessage } from './incoming.ts';
import { appendToOutbox, envelopeOf, type Outgoing } from './outgoing.ts';
import { ask } from './queries.ts';
import { Questions } from './questions.ts';
import type { Relay } from './relay.ts';
import { activeSpanContext } from './tracing.ts';

/** What a service's own code uses of the bus: ask others, commit facts, listen while it runs. */
export class Bus {
  private readonly logger = new Logger('bus');
  private readonly questions: Questions;
  /** Aborted when the connection is lost, and then another one. */
  private connected = unlimited(new AbortController());
  private readonly disconnected: (() => void)[] = [];
  private readonly reconnected: (() => void)[] = [];
  private readonly stopping: (() => void)[] = [];

  constructor(
    readonly nats: NatsConnection,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly relay: Relay,
    private readonly partitions: number,
    service: string,
    /** An answer is waited for so many times as long as it says. */
    private readonly patience = 1,
  ) {
    this.questions = new Questions(nats, service);
    telemetry().keeper.onKeep((traceId) => {
      if (!nats.isClosed()) nats.publish(TRACE_KEEP_SUBJECT, traceId);
    });
    nats.subscribe(TRACE_KEEP_SUBJECT, {
      callback: (_error, message) => telemetry().keeper.release(message.string()),
    });
    void this.watchConnection();
  }

  /** Asks a service; throws its Refusal, or one with code `unavailable` when it does not answer in time. */
  ask<Q extends QueryContract>(
    contract: Q,
    request: RequestOf<Q>,
    options: { body?: Uint8Array; deadlineMs?: number } = {},
  ): Promise<ResponseOf<Q>> {
    const deadlineMs = this.patience * (options.deadlineMs ?? contract.deadlineMs);
    return ask(this.questions, contract, request, { ...options, deadlineMs, signal: this.connected.signal });
  }

  /**
   * One transaction with the events that tell of it; tenants are the accounts given. The span that is
   * active where an event is published becomes the parent of everything that follows from it.
   */
  async transaction<T>(accounts: readonly string[], work: (unit: Unit) => Promise<T>): Promise<T> {
    const afterCommit: (() => void)[] = [];
    const outgoing: Outgoing[] = [];
    const result = await this.database.transaction(accounts, async (tx) => {
      const value = await work({
        tx,
        publish: (contract, data, { accountId, key, causedBy }) => {
          const cause = {
            accountId,
            ...(causedBy && { correlationId: causedBy.correlationId, causationId: causedBy.id }),
            span: activeSpanContext(),
          };
          outgoing.push(
            envelopeOf(contract, data, { cause, key, partitions: this.partitions, now: this.clock.now() }),
          );
        },
        keepTrace: () => {
          const span = activeSpanContext();
          if (span) afterCommit.push(() => telemetry().keeper.keep(span.traceId));
        },
        afterCommit: (then) => afterCommit.push(then),
      });
      appendToOutbox(tx, outgoing);
      return value;
    });
    if (outgoing.length > 0) this.relay.notify(outgoing);
    for (const then of afterCommit) then();
    return result;
  }

  /**
   * Hears an event in every process while it runs, at most once and without a memory: for caches and client
   * streams. What was missed during a reconnect must be asked for, see `onReconnect`.
   */
  listen<E extends EventContract>(contract: E, handler: (message: Message<E>) => void): void {
    this.nats.subscribe(`${contract.type}.*`, {
      callback: (error, raw) => {
        if (error) return this.logger.error({ error, event: contract.type }, 'cannot listen');
        try {
          handler(readMessage(contract, raw.string()));
        } catch (problem) {
          if (!(problem instanceof MalformedMessage)) throw problem;
          this.logger.error({ event: contract.type, reason: problem.message }, 'malformed event heard');
        }
      },
    });
  }

  /**
   * Hears, as `listen` does, which products an event names, ahead of the event and by its headline alone; `idAt` reads
   * the ids. What they tell of is committed already.
   */
  follow(contract: EventContract, handler: (ids: Buffer) => void): void {
    this.nats.subscribe(headlineOf(`${contract.type}.*`), {
      callback: (error, { data }) => {
        if (error) return this.logger.error({ error, event: contract.type }, 'cannot follow');
        handler(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
      },
    });
  }

  /** Called when the connection to NATS is lost. */
  onDisconnect(work: () => void): void {
    this.disconnected.push(work);
  }

  /** Called after every reconnect to NATS: events may have been missed meanwhile. */
  onReconnect(work: () => void): void {
    this.reconnected.push(work);
  }

  /** Called first when the service stops, while its answers are still being drained: let nobody wait on. */
  onStopping(work: () => void): void {
    this.stopping.push(work);
  }

  /** The service stops. */
  announceStop(): void {
    for (const work of this.stopping.splice(0)) work();
  }

  /** Events that wait in the outbox; callers refuse new work when there are too many. */
  backlog(): number {
    return this.relay.backlog();
  }

  private async watchConnection(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (status.type === 'disconnect') {
        this.connected.abort();
        this.connected = unlimited(new AbortController());
        for (const work of this.disconnected) work();
      }
      if (status.type !== 'reconnect') continue;
      for (const work of this.reconnected) work();
    }
  }
}

/** As many questions may be under way as there are; each removes its listener. */
function unlimited(controller: AbortController): AbortController {
  setMaxListeners(0, controller.signal);
  return controller;
}
