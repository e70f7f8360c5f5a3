import { Injectable } from '@nestjs/common';
import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { Database } from '@souk/service';
import { HistoryMemory } from '../history-memory.ts';
import type { AcceptedMessage } from '../incoming-price.ts';
import { mayStoreHistory } from './last-prices.ts';

const OFFERS_AT_ONCE = 200;

/**
 * Sources that forbid a history: what was written while they still allowed it is deleted. Only the operator's prices
 * have a policy. Each process looks once for what a source has left behind, and again when it was free meanwhile.
 */
@Injectable()
export class ForbiddenHistory {
  private readonly pending = new Set<string>();
  private readonly deleted = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly memory: HistoryMemory,
  ) {}

  /** To be called after the commit, with all messages of a batch. */
  note(messages: readonly AcceptedMessage[]): void {
    for (const message of messages) {
      if (message.accountId !== OPERATOR_ACCOUNT_ID) continue;
      const { source } = message.data;
      if (mayStoreHistory(message)) this.deleted.delete(source);
      else if (!this.deleted.has(source)) this.pending.add(source);
    }
  }

  /** In slices, until nothing is left or the service stops. */
  async deletePending(signal: AbortSignal): Promise<void> {
    for (const source of this.pending) {
      let offers = OFFERS_AT_ONCE;
      while (offers === OFFERS_AT_ONCE && !signal.aborted) offers = await this.deleteSlice(source);
      if (signal.aborted) return;
      this.pending.delete(source);
      this.deleted.add(source);
      this.memory.forgetAll();
    }
  }

  private async deleteSlice(source: string): Promise<number> {
    const [row] = await this.database.transaction([OPERATOR_ACCOUNT_ID], (tx) =>
      tx.query<{ offers: number }>('select forget_history($1, $2, $3) as offers', [
        OPERATOR_ACCOUNT_ID,
        source,
        OFFERS_AT_ONCE,
      ]),
    );
    return row!.offers;
  }
}
