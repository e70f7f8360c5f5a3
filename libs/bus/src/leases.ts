import { Logger } from '@nestjs/common';
import { newId } from '@souk/contracts';
import type { Database, Tx } from '@souk/service';

const BEAT_MS = 1_000;
/** A replica that was not seen for this long is taken for dead. */
const PATIENCE_MS = 5_000;

/** A partition of a consumer that this replica reads; the epoch fences it against a successor. */
export interface Lease {
  partition: number;
  epoch: number;
}

/** Someone who reads partitions: told what it holds, and what it must give back. */
export interface LeaseHolder {
  readonly consumer: string;
  /** Called after every beat with all that is held; must not throw. */
  hold(leases: Lease[]): Promise<void>;
  /** Stops reading a partition; resolves when nothing of it is in hand any more. */
  giveUp(partition: number): Promise<void>;
}

/**
 * Shares a service's partitions among its replicas. Each is read by one replica at a time; the truth is a row in
 * Postgres, and every batch proves within its own transaction that it still holds the row.
 */
export class Leases {
  readonly replicaId = newId();
  private readonly logger = new Logger('leases');
  private readonly holders: LeaseHolder[] = [];
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly instance: string,
    private readonly partitions: number,
  ) {}

  add(holder: LeaseHolder): void {
    this.holders.push(holder);
  }

  async start(): Promise<void> {
    await this.beat();
    const next = (): void => {
      this.timer = setTimeout(() => {
        this.beating = this.beat().then(() => {
          if (!this.stopped) next();
        });
      }, BEAT_MS);
    };
    next();
  }

  /** Gives everything back, so that another replica can go on at once. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.beating;
    await this.database
      .transaction([], async (tx) => {
        await tx.query('update bus_lease set replica_id = null, epoch = epoch + 1 where replica_id = $1', [
          this.replicaId,
        ]);
        await tx.query('delete from bus_replica where replica_id = $1', [this.replicaId]);
      })
      .catch((error: unknown) =>
        this.logger.warn({ error }, 'leases could not be given back; they run out by themselves'),
      );
  }

  private async beat(): Promise<void> {
    try {
      const held = await this.database.transaction([], (tx) => this.heartbeat(tx));
      const surplus: { holder: LeaseHolder; lease: Lease }[] = [];
      for (const holder of this.holders) {
        const mine = held.filter((row) => row.consumer === holder.consumer);
        const share = mine[0]?.fair_share ?? this.partitions;
        const leases = mine.map((row) => ({ partition: row.part, epoch: row.epoch }));
        await holder.hold(leases);
        surplus.push(...leases.slice(share).map((lease) => ({ holder, lease })));
      }
      for (const { holder, lease } of surplus) await this.handOver(holder, lease);
    } catch (error) {
      this.logger.warn({ error }, 'no heartbeat: Postgres does not answer');
    }
  }

  private heartbeat(
    tx: Tx,
  ): Promise<{ consumer: string; part: number; epoch: number; fair_share: number }[]> {
    return tx.query('select * from bus_heartbeat($1, $2, $3, $4, make_interval(secs => $5))', [
      this.replicaId,
      this.instance,
      this.holders.map((holder) => holder.consumer),
      this.partitions,
      PATIENCE_MS / 1_000,
    ]);
  }

  /** More replicas have come: gives one partition to them. */
  private async handOver(holder: LeaseHolder, lease: Lease): Promise<void> {
    await holder.giveUp(lease.partition);
    await this.database.transaction([], (tx) =>
      tx.query(
        `update bus_lease set replica_id = null, epoch = epoch + 1
         where consumer = $1 and part = $2 and replica_id = $3 and epoch = $4`,
        [holder.consumer, lease.partition, this.replicaId, lease.epoch],
      ),
    );
  }
}
