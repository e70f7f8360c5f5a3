import { type Batch, Subscribe } from '@souk/bus';
import { HistoryQuarantined, OPERATOR_ACCOUNT_ID, productIdOf } from '@souk/contracts';
import { Controller } from '@nestjs/common';
import { readAgainSoon } from './watched.store.ts';

@Controller()
export class DoubtHandlers {
  /**
   * A price that nobody believes waits for a second reading: it is asked for at once, so that a genuine mistake of the
   * shop is told while it lasts. What accounts post cannot be read again.
   */
  @Subscribe(HistoryQuarantined)
  async readAgain({ messages, tx }: Batch<typeof HistoryQuarantined>): Promise<void> {
    const doubted = messages
      .filter(({ accountId }) => accountId === OPERATOR_ACCOUNT_ID)
      .flatMap(({ data: { source, observations } }) =>
        observations
          .filter(({ reason }) => reason === 'implausible')
          .map(({ product }) => productIdOf(OPERATOR_ACCOUNT_ID, source, product)),
      );
    if (doubted.length > 0) await readAgainSoon(tx, [...new Set(doubted)]);
  }
}
