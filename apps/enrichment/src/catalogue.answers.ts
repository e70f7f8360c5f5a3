import { Controller } from '@nestjs/common';
import { Answer } from '@souk/bus';
import {
  FindProducts,
  GetProducts,
  ListQuarantined,
  OPERATOR_ACCOUNT_ID,
  productIdOf,
  Refusal,
  type ResponseOf,
} from '@souk/contracts';
import { Database } from '@souk/service';
import { z } from 'zod';
import { CatalogueStore, type Listing } from './catalogue.store.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { QuarantineStore } from './quarantine.store.ts';

/** An answer must fit one message of 1 MB; characters may take three bytes. */
const ANSWER_LENGTH = 300_000;

/** Own listings come first, then shared ones; `after` is missing where the shared ones begin. */
const FindCursor = z.object({
  shared: z.boolean(),
  after: z.object({ at: z.iso.datetime(), id: z.uuid() }).optional(),
});
const QuarantineCursor = z.object({ at: z.iso.datetime(), id: z.uuid() });

@Controller()
export class CatalogueAnswers {
  constructor(
    private readonly database: Database,
    private readonly catalogue: CatalogueStore,
    private readonly quarantine: QuarantineStore,
  ) {}

  /** A page ends early when the next listing would not fit the answer. */
  @Answer(FindProducts)
  async find(request: z.output<typeof FindProducts.request>): Promise<ResponseOf<typeof FindProducts>> {
    const { limit } = request;
    const cursor = readCursor(FindCursor, request.cursor);
    const found = await this.database.read([request.accountId], async (tx) => {
      if (isExact(request)) return this.catalogue.byIds(tx, exactIds(request));
      const own = cursor?.shared
        ? []
        : await this.catalogue.page(tx, request.accountId, request, cursor?.after, limit + 1);
      const wanted = request.accountId === OPERATOR_ACCOUNT_ID ? 0 : limit + 1 - own.length;
      if (wanted <= 0) return own;
      const after = cursor?.shared ? cursor.after : undefined;
      return [...own, ...(await this.catalogue.page(tx, OPERATOR_ACCOUNT_ID, request, after, wanted))];
    });
    const page = fitting(found.slice(0, limit));
    const last = page.at(-1);
    const shared = last?.product.shared === true && request.accountId !== OPERATOR_ACCOUNT_ID;
    const next = last && page.length < found.length ? { shared, after: last.place } : undefined;
    return {
      products: page.map(({ product }) => product),
      next: next && !isExact(request) ? writeCursor(next) : null,
    };
  }

  @Answer(GetProducts)
  async get(request: z.output<typeof GetProducts.request>): Promise<ResponseOf<typeof GetProducts>> {
    const found = await this.database.read([request.accountId], (tx) =>
      this.catalogue.byIds(tx, [...new Set(request.productIds)]),
    );
    if (fitting(found).length < found.length) {
      throw new Refusal('invalid', 'What is known of these products does not fit one answer.', {
        problems: [{ field: 'productIds', problem: 'ask for fewer at once' }],
      });
    }
    return { products: found.map(({ product }) => product) };
  }

  @Answer(ListQuarantined)
  async quarantined(
    request: z.output<typeof ListQuarantined.request>,
  ): Promise<ResponseOf<typeof ListQuarantined>> {
    const { accountId, limit } = request;
    const before = readCursor(QuarantineCursor, request.cursor);
    const rows = await this.database.read([accountId], (tx) =>
      this.quarantine.list(tx, accountId, before, limit + 1),
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = last && rows.length > limit ? writeCursor({ at: last.quarantinedAt, id: last.id }) : null;
    return { items: page.map(({ id: _id, ...item }) => item), next };
  }
}

type Exact = z.output<typeof FindProducts.request> & { source: string; product: string };

/** Source and code name a listing, whose id follows from them. */
const isExact = (request: z.output<typeof FindProducts.request>): request is Exact =>
  request.source !== undefined && request.product !== undefined && request.text === undefined;

const exactIds = ({ accountId, source, product }: Exact): string[] => [
  ...new Set([accountId, OPERATOR_ACCOUNT_ID].map((owner) => productIdOf(owner, source, product))),
];

/** The first listings that fit one answer together; one always does. */
function fitting(listings: readonly Listing[]): Listing[] {
  let length = 0;
  const tooMany = listings.findIndex(({ product }, index) => {
    length += JSON.stringify(product).length;
    return index > 0 && length > ANSWER_LENGTH;
  });
  return tooMany === -1 ? [...listings] : listings.slice(0, tooMany);
}
