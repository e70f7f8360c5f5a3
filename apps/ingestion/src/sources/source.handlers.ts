import { Answer, OUTBOX_SPAN_HOURS } from '@souk/bus';
import {
  ListSources,
  ListCategories,
  ListVariations,
  LookUpProducts,
  OPERATOR_ACCOUNT_ID,
  productIdOf,
  Refusal,
  type ResponseOf,
  SearchSource,
} from '@souk/contracts';
import { Database } from '@souk/service';
import { Controller, Inject } from '@nestjs/common';
import type { z } from 'zod';
import { INGESTION_CONFIG, type IngestionConfig } from '../config.ts';
import { linksOf } from '../tracking/link.store.ts';
import { LookUpDesk } from './lookups/look-up-desk.ts';
import type { LookedUp } from './lookups/look-up-queue.ts';
import { SearchDesk } from './search-desk.ts';
import { SourceRegistry } from './source-registry.ts';
import { sourceState } from './source-state.ts';
import { listSources } from './source.store.ts';
import { StandIns } from './stand-ins.ts';

type LookUpRequest = z.output<typeof LookUpProducts.request>;

/** An answer must fit one message of 1 MB; characters may take three bytes. */
const ANSWER_LENGTH = 300_000;
/** Problems of the source, not of the product: another source may do better. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'source-failed',
  'no-permit',
  'unreadable',
  'not-accessible',
  'too-many-waiting',
]);

@Controller()
export class SourceHandlers {
  constructor(
    private readonly database: Database,
    private readonly registry: SourceRegistry,
    private readonly desk: LookUpDesk,
    private readonly searches: SearchDesk,
    private readonly standIns: StandIns,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  @Answer(ListSources)
  async sources(): Promise<ResponseOf<typeof ListSources>> {
    const rows = await this.database.read([], listSources);
    const kept = {
      streamHours: this.config.SOUK_STREAM_MAX_AGE_HOURS,
      outboxHours: this.config.SOUK_OUTBOX_RETENTION_HOURS,
      outboxSpanHours: OUTBOX_SPAN_HOURS,
    };
    return { sources: rows.map((row) => sourceState(row, this.registry.get(row.source), kept)) };
  }

  /** Answers each product with its prices, durable already, or with what went wrong with it. */
  @Answer(LookUpProducts)
  async lookUp(request: LookUpRequest): Promise<ResponseOf<typeof LookUpProducts>> {
    const looked = await Promise.all(request.products.map((wanted) => this.lookUpOne(wanted, request)));
    const substitutes = request.failover
      ? await this.substitutesOf(looked, request)
      : new Map<string, LookedUp>();
    const products = looked.map((one) => ({ ...one, substitute: substitutes.get(one.productId) ?? null }));
    if (JSON.stringify(products).length <= ANSWER_LENGTH) return { products };
    throw new Refusal(
      'invalid',
      'What was looked up is stored, but does not fit one answer: ask for fewer at once.',
      {
        problems: [{ field: 'products', problem: 'ask for fewer at once' }],
      },
    );
  }

  @Answer(SearchSource)
  async search(request: z.output<typeof SearchSource.request>): Promise<ResponseOf<typeof SearchSource>> {
    return this.searches.search(request);
  }

  @Answer(ListVariations)
  async variations(
    request: z.output<typeof ListVariations.request>,
  ): Promise<ResponseOf<typeof ListVariations>> {
    return this.searches.variations(request);
  }

  @Answer(ListCategories)
  async categories(
    request: z.output<typeof ListCategories.request>,
  ): Promise<ResponseOf<typeof ListCategories>> {
    return this.searches.categories(request);
  }

  private async lookUpOne(
    wanted: LookUpRequest['products'][number],
    { priority, maxAgeMs }: LookUpRequest,
  ): Promise<LookedUp> {
    const source = this.registry.get(wanted.source);
    if (source) return this.desk.lookUp(source, wanted.product, { priority, maxAgeMs });
    return {
      ...wanted,
      productId: productIdOf(OPERATOR_ACCOUNT_ID, wanted.source, wanted.product),
      observations: [],
      fetchedAt: null,
      fetchId: null,
      isCached: false,
      problem: { reason: 'unknown-source', detail: `there is no source ${wanted.source} in the settings` },
      policy: null,
    };
  }

  private async substitutesOf(
    looked: readonly LookedUp[],
    { priority, maxAgeMs }: LookUpRequest,
  ): Promise<Map<string, LookedUp>> {
    const failed = looked.filter(({ problem }) => problem !== null && ELSEWHERE.has(problem.reason));
    if (failed.length === 0) return new Map();
    const links = await this.database.read([], (tx) =>
      linksOf(
        tx,
        failed.map(({ productId }) => productId),
      ),
    );
    const found = await Promise.all(
      [...Map.groupBy(links, ({ productId }) => productId)].map(async ([productId, ofProduct]) => {
        const substitute = await this.standIns.firstOf(ofProduct, { priority, maxAgeMs });
        return substitute ? ([[productId, substitute]] as const) : [];
      }),
    );
    return new Map(found.flat());
  }
}
