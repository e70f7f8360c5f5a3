import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Clock, Database } from '@souk/service';
import { ALERTING_CONFIG, type AlertingConfig } from './config.ts';

/** What a process takes from a queue is its own until then; a row that was put off since is in nobody's hand. */
export interface Lease {
  takenBy: string;
  until: Date;
}

/** The queues that are worked on by leases, and which of their rows are open. */
const QUEUES = {
  delivery_queue: 'true',
  telegram_answer: `state in ('waiting', 'sending')`,
  chat_update: 'done_at is null',
  digest_turn: 'true',
};

/**
 * What processes have in hand. An instance is one process at a time: what the one before it had in hand when it died is
 * due as soon as it runs again. If it never does, all is due when the leases end.
 */
@Injectable()
export class InHand implements OnModuleInit {
  private readonly logger = new Logger('in hand');
  private readonly instance: string;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(ALERTING_CONFIG) config: AlertingConfig,
  ) {
    this.instance = config.SOUK_INSTANCE;
  }

  lease(now: Date, ms: number): Lease {
    return { takenBy: this.instance, until: new Date(now.getTime() + ms) };
  }

  /** Before any worker begins: nothing that this process takes itself is let go. */
  async onModuleInit(): Promise<void> {
    try {
      await this.database.transaction([], async (tx) => {
        for (const [queue, isOpen] of Object.entries(QUEUES))
          await tx.query(
            `update ${queue} set due_at = $2
             where taken_by = $1 and due_at = taken_until and due_at > $2 and ${isOpen}`,
            [this.instance, this.clock.now()],
          );
      });
    } catch (error) {
      this.logger.warn({ error }, 'what was in hand before waits until its leases end');
    }
  }
}
