import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { context, SpanKind, trace } from '@opentelemetry/api';
import { Bus, contextOf, type Message, readMessage, traceparentOf, type Unit } from '@souk/bus';
import { DealsScored } from '@souk/contracts';
import { Clock, WakeablePause } from '@souk/service';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import { DeliveryWorker } from '../delivery/delivery.worker.ts';
import { type Crowd, CrowdStore } from './crowd.store.ts';
import { restAfter } from './crowds.ts';
import { dealsOf, placedProbesOf } from './crossings.ts';
import { AlertRaising, type Ground } from './raising.ts';

const tracer = trace.getTracer('souk.alerting');

/** Watches in one transaction: other prices wait no longer than that for the positions of their alerts. */
const WATCHES_AT_ONCE = 100;
const ERROR_PAUSE_MS = 1_000;

/** Tells prices to very many watches: slice after slice, crowds by turns, each slice exactly once. */
@Injectable()
export class CrowdWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('crowds');
  private readonly pause = new WakeablePause();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly crowds: CrowdStore,
    private readonly raising: AlertRaising,
    private readonly deliveries: DeliveryWorker,
    @Inject(ALERTING_CONFIG) private readonly config: AlertingConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** There is a crowd. */
  wake(): void {
    this.pause.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.pause.stop();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.pause.isStopped) {
      this.pause.look();
      const beganAtMs = performance.now();
      try {
        if (await this.tellSlice()) {
          this.deliveries.wake();
          await this.pause.wait(restAfter(performance.now() - beganAtMs));
        } else await this.pause.wait(this.config.SOUK_DELIVERY_POLL_MS);
      } catch (error) {
        this.logger.warn({ error }, 'crowds cannot be told; they wait');
        await this.pause.wait(ERROR_PAUSE_MS);
      }
    }
  }

  /** One step of one crowd in one transaction; false when there is none. */
  private async tellSlice(): Promise<boolean> {
    return this.bus.transaction([], async (unit) => {
      const crowd = await this.crowds.next(unit.tx);
      if (!crowd) return false;
      await this.tell(unit, crowd, readMessage(DealsScored, crowd.payload));
      return true;
    });
  }

  private async tell(unit: Unit, crowd: Crowd, message: Message<typeof DealsScored>): Promise<void> {
    const { tx } = unit;
    const deals = dealsOf([message]);
    if (!crowd.isGathered) return this.crowds.gather(tx, crowd, placedProbesOf(deals), this.clock.now());
    const candidates = await this.crowds.slice(tx, crowd, WATCHES_AT_ONCE);
    if (candidates.length > 0) {
      await withSpanOf(message, () =>
        this.raising.raise(groundOf(unit), { deals, candidates, crowdSince: crowd.createdAt }),
      );
    }
    if (candidates.length < WATCHES_AT_ONCE) await this.crowds.finish(tx, crowd);
    else await this.crowds.advance(tx, crowd, candidates.at(-1)!, this.clock.now());
  }
}

/** Events of a slice tell of the message that the price came in, as those of its batch would. */
function groundOf(unit: Unit): Ground {
  return {
    tx: unit.tx,
    publish: (contract, data, options) => unit.publish(contract, data, options),
    traceparentOf: () => {
      const span = trace.getActiveSpan()?.spanContext();
      return span ? traceparentOf(span) : null;
    },
    keepTrace: () => unit.keepTrace(),
  };
}

async function withSpanOf(message: Message, work: () => Promise<void>): Promise<void> {
  const parent = contextOf(message.parent);
  const span = tracer.startSpan('tell a crowd', { kind: SpanKind.INTERNAL }, parent);
  try {
    await context.with(trace.setSpan(parent, span), work);
  } finally {
    span.end();
  }
}
