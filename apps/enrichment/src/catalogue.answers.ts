import { Controller } from '@nestjs/common';
import { Answer, readCursor, writeCursor } from '@souk/bus';
import {
  FindProducts,
  GetLinkedProducts,
  GetProducts,
  ListQuarantined,
  OPERATOR_ACCOUNT_ID,
  productIdOf,
  Refusal,
  type ResponseOf,
} from '@souk/contracts';
import { QuarantineStore } from '@souk/quarantine';
import { Database, type Tx } from '@souk/service';
import { z } from 'zod';
import { CatalogueStore, type Listing } from './catalogue.store.ts';
import { LinkStore } from './links/link.store.ts';

/** An answer must fit one message of 1 MB; characters may take three bytes. */
const ANSWER_LENGTH = 300_000;

/** Own listings come first, then shared ones; `after` is missing where the shared ones begin. */
const FindCursor = z.object({
  shared: z.boolean(),
  after: z.object({ at: z.iso.datetime(), id: z.uuid() }).optional(),
});

@Controller()
export class CatalogueAnswers {
  constructor(
    private readonly database: Database,
    private readonly catalogue: CatalogueStore,
    private readonly links: LinkStore,
    private readonly quarantine: QuarantineStore,
  ) {}

  /** A page ends early when the next listing would not fit the answer. */
  @Answer(FindProducts)
  async find(request: z.output<typeof FindProducts.request>): Promise<ResponseOf<typeof FindProducts>> {
    const { limit } = request;
    const cursor = readCursor(FindCursor, request.cursor);
    const found = await this.database.read([request.accountId], async (tx) => {
      if (isExact(request)) return this.catalogue.byIds(tx, exactIds(request));
      if (request.match === 'any') return this.withSomeWords(tx, request);
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
      next: next && !isExact(request) && request.match !== 'any' ? writeCursor(next) : null,
    };
  }

  /** Own listings first, each part by how well its titles fit. */
  private async withSomeWords(
    tx: Tx,
    { accountId, text = '', limit }: z.output<typeof FindProducts.request>,
  ): Promise<Listing[]> {
    const own = await this.catalogue.ranked(tx, accountId, text, limit);
    if (accountId === OPERATOR_ACCOUNT_ID || own.length >= limit) return own;
    return [...own, ...(await this.catalogue.ranked(tx, OPERATOR_ACCOUNT_ID, text, limit - own.length))];
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

  /** As many as fit one answer. */
  @Answer(GetLinkedProducts)
  async linked(
    request: z.output<typeof GetLinkedProducts.request>,
  ): Promise<ResponseOf<typeof GetLinkedProducts>> {
    return this.database.read([request.accountId], async (tx) => {
      const links = await this.links.linked(tx, [request.productId], request.accountId);
      const byOf = new Map(links.map(({ linkedId, by }) => [linkedId, by]));
      const found = await this.catalogue.byIds(tx, [...byOf.keys()]);
      return { products: fitting(found).map(({ product }) => ({ ...product, by: byOf.get(product.id)! })) };
    });
  }

  @Answer(ListQuarantined)
  async quarantined(
    request: z.output<typeof ListQuarantined.request>,
  ): Promise<ResponseOf<typeof ListQuarantined>> {
    return this.quarantine.list(this.database, request);
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
