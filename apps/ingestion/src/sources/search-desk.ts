import {
  OPERATOR_ACCOUNT_ID,
  productIdOf,
  Refusal,
  type ResponseOf,
  type SearchSource,
} from '@souk/contracts';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { z } from 'zod';
import { RefusedBySource, type SearchPage } from './adapter.ts';
import { FetchedPrices } from './fetched-prices.ts';
import { isExpectedFailure, PermitDeclined, SourceCaller } from './source-caller.ts';
import { SourceRegistry } from './source-registry.ts';

const PERMIT_WAIT_MS = 8_000;
const RETRY_MS = 5_000;
/** Items that one answer tells: more than a page of any source, and less than a message holds. */
const MAX_ITEMS = 50;

/** Searches sources by words; what is found is stored like any other price before it is told. */
@Injectable()
export class SearchDesk implements OnApplicationShutdown {
  private readonly stopping = new AbortController();

  constructor(
    private readonly registry: SourceRegistry,
    private readonly caller: SourceCaller,
    private readonly prices: FetchedPrices,
  ) {}

  onApplicationShutdown(): void {
    this.stopping.abort();
  }

  /** Throws a Refusal that says whether to ask again. */
  async search({
    source: name,
    priority,
    accountId: _accountId,
    ...query
  }: z.output<typeof SearchSource.request>): Promise<ResponseOf<typeof SearchSource>> {
    const source = this.registry.get(name);
    const search = source?.adapter.search;
    if (!source || !search)
      throw new Refusal('invalid', source ? `${name} cannot be searched` : `there is no source ${name}`, {
        problems: [{ field: 'source', problem: 'is not one that can be searched' }],
      });
    const { config } = source;
    try {
      const { value, fetchedAt } = await this.caller.call<SearchPage>(source, {
        operation: search.request(config, query).operation,
        priority,
        cost: search.cost,
        permitWaitMs: PERMIT_WAIT_MS,
        signal: this.stopping.signal,
        request: (auth) => search.request(config, query, auth),
        read: (answer) => search.read(config, answer),
      });
      const items = this.prices.read(source, value.items, fetchedAt);
      await this.prices.publish(source, items);
      const told = items.lines.slice(0, MAX_ITEMS).map(({ observation }) => ({
        ...observation,
        productId: productIdOf(OPERATOR_ACCOUNT_ID, name, observation.product),
      }));
      return { items: told, total: value.total, fetchedAt: fetchedAt.toISOString(), policy: source.policy };
    } catch (error) {
      if (!isExpectedFailure(error) || error instanceof Refusal) throw error;
      const isKnownDelay = error instanceof PermitDeclined || error instanceof RefusedBySource;
      const retryAfterMs = (isKnownDelay ? error.retryAfterMs : undefined) ?? RETRY_MS;
      throw new Refusal('unavailable', `${name} cannot be searched now: ${error.message}`, { retryAfterMs });
    }
  }
}
