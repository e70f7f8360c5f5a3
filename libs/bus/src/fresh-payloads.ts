import type { Outgoing } from './outgoing.ts';

const CHARACTERS_AT_MOST = 4_000_000;
const EVENTS_AT_MOST = 1_000;

/**
 * Payloads that this process has just committed and not yet published, by event id: the outbox need not be asked for
 * what is known. It stays the truth: which events there are, and in which order, it alone says. Bounded, the oldest go
 * first; what is not here is read there.
 */
export class FreshPayloads {
  private readonly payloads = new Map<string, string>();
  private characters = 0;

  keep(events: readonly Pick<Outgoing, 'id' | 'payload'>[]): void {
    for (const { id, payload } of events) {
      this.payloads.set(id, payload);
      this.characters += payload.length;
    }
    for (const [id] of this.payloads) {
      if (this.characters <= CHARACTERS_AT_MOST && this.payloads.size <= EVENTS_AT_MOST) return;
      this.forget(id);
    }
  }

  /** As it is now: what is dropped later is still in it. */
  known(): ReadonlyMap<string, string> {
    return new Map(this.payloads);
  }

  forget(id: string): void {
    const payload = this.payloads.get(id);
    if (payload === undefined) return;
    this.payloads.delete(id);
    this.characters -= payload.length;
  }
}
