import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { Clock, Database } from '@souk/service';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import { drain } from '../drain.ts';
import { InHand } from '../in-hand.ts';
import { Speaking } from '../speaking/speaking.ts';
import { Attempts } from './attempts.ts';
import { Carriers } from './carriers.ts';
import { DeliveryStore } from './delivery.store.ts';
import { DeliveryLane } from './lane.ts';
import { PaceStore } from './pace.store.ts';

/** Brings alerts to webhooks and chats: one lane for each kind, so that neither waits for the other. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly breakOff = new AbortController();
  private readonly lanes: DeliveryLane[];

  constructor(
    database: Database,
    clock: Clock,
    store: DeliveryStore,
    inHand: InHand,
    pace: PaceStore,
    speaking: Speaking,
    attempts: Attempts,
    carriers: Carriers,
    @Inject(ALERTING_CONFIG) config: AlertingConfig,
  ) {
    this.lanes = carriers.all.map(
      (carrier) =>
        new DeliveryLane(carrier, {
          database,
          clock,
          store,
          inHand,
          pace,
          speaking,
          attempts,
          concurrency: config.SOUK_DELIVERY_CONCURRENCY,
          pollMs: config.SOUK_DELIVERY_POLL_MS,
          breakOff: this.breakOff.signal,
        }),
    );
  }

  onApplicationBootstrap(): void {
    for (const lane of this.lanes) lane.start();
  }

  /** Something may be due. */
  wake(): void {
    for (const lane of this.lanes) lane.wake();
  }

  beforeApplicationShutdown(): Promise<void> {
    return drain(this.breakOff, () => Promise.all(this.lanes.map((lane) => lane.stop())));
  }
}
