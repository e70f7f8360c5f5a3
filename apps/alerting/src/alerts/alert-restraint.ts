import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import type { StoredWatch } from '../watches/stored-watch.ts';
import type { Crossing, PlacedDeal } from './crossings.ts';
import { MemoryStore } from './memory.store.ts';
import { hasMemory, type Memory, restrain } from './restraint.ts';

const EMPTY: Memory = { raisedAt: [], disarmed: new Map() };

/** Holds back what watches asked to have held back, and keeps what was. */
@Injectable()
export class AlertRestraint {
  constructor(private readonly memories: MemoryStore) {}

  /** The crossings that become alerts, in the order of the prices. */
  async apply(
    tx: Tx,
    watches: readonly StoredWatch[],
    crossings: readonly Crossing[],
    deals: readonly PlacedDeal[],
    now: Date,
  ): Promise<Crossing[]> {
    const memories = await this.memories.lock(tx, watches.filter(hasMemory));
    const byWatch = Map.groupBy(crossings, ({ watch }) => watch.id);
    const results = watches.flatMap((watch) => {
      const own = byWatch.get(watch.id) ?? [];
      const memory = memories.get(watch.id) ?? EMPTY;
      if (own.length === 0 && memory.disarmed.size === 0) return [];
      return { watch, before: memory, ...restrain(watch, own, deals, memory, now) };
    });
    await this.memories.save(
      tx,
      results
        .filter(({ watch }) => hasMemory(watch))
        .map(({ watch, before, memory }) => ({ watchId: watch.id, before, after: memory })),
    );
    await this.memories.note(
      tx,
      results.flatMap(({ suppressed }) => suppressed),
      now,
    );
    return results.flatMap(({ raised }) => raised).toSorted((a, b) => a.place - b.place);
  }
}
