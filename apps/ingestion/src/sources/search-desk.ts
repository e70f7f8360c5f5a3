import {
  type ListCategories,
  type ListVariations,
  OPERATOR_ACCOUNT_ID,
  type Priority,
  productIdOf,
  Refusal,
  type ResponseOf,
  type SearchSource,
} from '@souk/contracts';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { z } from 'zod';
import {
  RefusedBySource,
  type SearchPage,
  type SourceAnswer,
  type SourceCategory,
  type SourceRequest,
} from './adapter.ts';
import { FetchedPrices } from './fetched-prices.ts';
import { isExpectedFailure, PermitDeclined, SourceCaller } from './source-caller.ts';
import { type Source, SourceRegistry } from './source-registry.ts';

const PERMIT_WAIT_MS = 8_000;
const RETRY_MS = 5_000;
/** Items that one answer tells: more than a page of any source, and less than a message holds. */
const MAX_ITEMS = 50;

/** One question to a source. */
interface Question<Value> {
  priority: Priority;
  cost: number | undefined;
  request(auth?: string): SourceRequest;
  read(answer: SourceAnswer): Value;
}

/** Searches sources, lists variations and names categories; what is found is stored like any other price before it is told. */
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
    const source = this.source(name);
    const { config, adapter } = source;
    const { search } = adapter;
    if (!search) throw refused('source', `${name} cannot be searched`);
    const { fetchId: _fetchId, ...found } = await this.ask(source, {
      priority,
      cost: search.cost,
      request: (auth) => search.request(config, query, auth),
      read: (answer) => search.read(config, answer),
    });
    return found;
  }

  /** Throws a Refusal that says whether to ask again. */
  async variations({
    source: name,
    product,
    page,
    priority,
  }: z.output<typeof ListVariations.request>): Promise<ResponseOf<typeof ListVariations>> {
    const source = this.source(name);
    const { config, adapter } = source;
    const { variations } = adapter;
    if (!variations) throw refused('source', `${name} tells no variations`);
    const wrong = adapter.checkProduct?.(config, product);
    if (wrong) throw refused('product', wrong);
    return this.ask(source, {
      priority,
      cost: variations.cost,
      request: (auth) => variations.request(config, { product, page }, auth),
      read: (answer) => variations.read(config, answer),
    });
  }

  /** As many calls as the source wants; throws a Refusal that says whether to ask again. */
  async categories({
    source: name,
    ids,
    priority,
  }: z.output<typeof ListCategories.request>): Promise<ResponseOf<typeof ListCategories>> {
    const source = this.source(name);
    const { config, adapter } = source;
    const { categories } = adapter;
    if (!categories) throw refused('source', `${name} tells no categories`);
    const wanted = [...new Set(ids)];
    const found: SourceCategory[] = [];
    let fetchedAt = new Date(0);
    for (let from = 0; from < wanted.length; from += categories.maxCategories) {
      const some = wanted.slice(from, from + categories.maxCategories);
      const answer = await this.call<SourceCategory[]>(source, {
        ...{ priority, cost: undefined },
        request: (auth) => categories.request(config, some, auth),
        read: (read) => categories.read(config, read),
      });
      found.push(...answer.value);
      ({ fetchedAt } = answer);
    }
    const byId = new Map(found.map((category) => [category.id, category]));
    return {
      categories: wanted.flatMap((id) => byId.get(id) ?? []),
      missing: wanted.filter((id) => !byId.has(id)),
      fetchedAt: fetchedAt.toISOString(),
    };
  }

  private source(name: string): Source {
    const source = this.registry.get(name);
    if (source) return source;
    throw refused('source', `there is no source ${name}`);
  }

  private async ask(
    source: Source,
    question: Question<SearchPage>,
  ): Promise<ResponseOf<typeof ListVariations>> {
    const { name, policy } = source;
    const { value, fetchedAt } = await this.call(source, question);
    const items = this.prices.read(source, value.items, fetchedAt);
    const fetchId = (await this.prices.publish(source, items)) ?? null;
    const told = items.lines.slice(0, MAX_ITEMS).map(({ observation }) => ({
      ...observation,
      productId: productIdOf(OPERATOR_ACCOUNT_ID, name, observation.product),
    }));
    return { items: told, total: value.total, fetchedAt: fetchedAt.toISOString(), fetchId, policy };
  }

  private async call<Value extends object>(
    source: Source,
    { priority, cost, request, read }: Question<Value>,
  ): Promise<{ value: Value; fetchedAt: Date }> {
    try {
      return await this.caller.call<Value>(source, {
        ...{ operation: request().operation, priority, cost, permitWaitMs: PERMIT_WAIT_MS },
        ...{ signal: this.stopping.signal, request, read },
      });
    } catch (error) {
      if (!isExpectedFailure(error) || error instanceof Refusal) throw error;
      const isKnownDelay = error instanceof PermitDeclined || error instanceof RefusedBySource;
      const retryAfterMs = (isKnownDelay ? error.retryAfterMs : undefined) ?? RETRY_MS;
      throw new Refusal('unavailable', `${source.name} cannot be searched now: ${error.message}`, {
        retryAfterMs,
      });
    }
  }
}

const refused = (field: string, problem: string): Refusal =>
  new Refusal('invalid', problem, { problems: [{ field, problem }] });
