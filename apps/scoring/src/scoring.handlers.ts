import { Controller } from '@nestjs/common';
import { type Batch, Subscribe } from '@souk/bus';
import { DealsScored, HistoryQuarantined, OffersAccepted } from '@souk/contracts';
import { QuarantineStore } from '@souk/quarantine';
import { Clock } from '@souk/service';
import { AgedHistory } from './last-price/aged-history.ts';
import { ForbiddenHistory } from './last-price/forbidden-history.ts';
import { LastPrices, mayStoreHistory } from './last-price/last-prices.ts';
import { type Outcome, PriceHistory } from './price-history.ts';

const MAX_DEALS = 100;

@Controller()
export class ScoringHandlers {
  constructor(
    private readonly history: PriceHistory,
    private readonly lastPrices: LastPrices,
    private readonly forbidden: ForbiddenHistory,
    private readonly aged: AgedHistory,
    private readonly quarantine: QuarantineStore,
    private readonly clock: Clock,
  ) {}

  /** Appends prices to the history, each once, and tells how each compares with what was known before it. */
  @Subscribe(OffersAccepted, { maxMessages: 50 })
  async score(batch: Batch<typeof OffersAccepted>): Promise<void> {
    const outcomes = await this.outcomesOf(batch);
    await this.quarantine.add(batch.tx, outcomes.flatMap(conflictRows), this.clock.now());
    for (const outcome of outcomes) publishOutcome(batch, outcome);
    batch.afterCommit(() => {
      this.forbidden.note(batch.messages);
      this.aged.note(batch.messages);
    });
  }

  /** In the order of the messages. Of what its source forbids to keep, nothing reaches the history. */
  private async outcomesOf(batch: Batch<typeof OffersAccepted>): Promise<Outcome[]> {
    const { messages, tx } = batch;
    if (messages.every(mayStoreHistory)) return this.history.append(batch);
    const kept = messages.filter(mayStoreHistory);
    const afterCommit = batch.afterCommit.bind(batch);
    const outcomes = [
      ...(await this.history.append({ messages: kept, tx, afterCommit })),
      ...(await this.lastPrices.follow(
        tx,
        messages.filter((message) => !mayStoreHistory(message)),
      )),
    ];
    const outcomeOf = new Map(outcomes.map((outcome) => [outcome.message, outcome]));
    return messages.map((message) => outcomeOf.get(message)!);
  }
}

const conflictRows = ({ message, conflicts }: Outcome) =>
  conflicts.map((observation) => ({ message, source: message.data.source, observation }));

/** What is known already is told no second time; a message of nothing else publishes nothing. */
function publishOutcome(batch: Batch<typeof OffersAccepted>, { message, deals, conflicts }: Outcome): void {
  const { source, mode, offers, policy } = message.data;
  const options = { causedBy: message, key: offers[0]!.productId };
  // What was confirmed is told with the message that confirmed it, which may be full already.
  for (let from = 0; from < deals.length; from += MAX_DEALS) {
    const slice = deals.slice(from, from + MAX_DEALS);
    batch.publish(DealsScored, { source, mode, deals: slice, policy }, options);
  }
  if (conflicts.length > 0) {
    batch.publish(HistoryQuarantined, { source, mode, observations: conflicts }, options);
    batch.keepTrace(message);
  }
}
