import { Injectable } from '@nestjs/common';
import type { FieldProblem, Product, WatchSubject } from '@souk/contracts';
import { Database } from '@souk/service';
import { boundTo, candidatesOf, type Named } from '../binding.ts';
import { productOfLink, readLink } from '../links.ts';
import { Listings } from '../listings.ts';
import { type KnownProduct, ProductStore } from '../product.store.ts';
import { type Subject, targetOf, targetProblem, UNKNOWN_ID, UNKNOWN_LINK } from '../subjects.ts';

type Meant = Pick<Subject, 'named' | 'target'> | FieldProblem;
type Code = { source: string; product: string };

/** Finds what the lines of a file mean, all of them together: a few questions, however many lines there are. */
@Injectable()
export class SubjectsOfFile {
  constructor(
    private readonly listings: Listings,
    private readonly products: ProductStore,
    private readonly database: Database,
  ) {}

  async resolve(
    accountId: string,
    given: readonly WatchSubject[],
  ): Promise<{ subjects: Meant[]; known: ReadonlyMap<string, Product> }> {
    const links = await this.codesOfLinks(
      accountId,
      given.flatMap(({ url }) => url ?? []),
    );
    const codes = given.flatMap((subject) => codeOf(subject, links) ?? []);
    const known = await this.listings.get(accountId, [
      ...codes.flatMap((code) => Object.values(candidatesOf({ accountId, ...code }))),
      ...given.flatMap((subject) => idOf(subject) ?? []),
    ]);
    return { subjects: given.map((subject) => meantBy(accountId, subject, links, known)), known };
  }

  private async codesOfLinks(accountId: string, urls: readonly string[]): Promise<Map<string, Code>> {
    if (urls.length === 0) return new Map();
    const links = new Map(urls.map((url) => [url, readLink(url)]));
    const addresses = [...links.values()].flatMap((link) => link.addresses);
    const listed = await this.database.read([accountId], (tx) => this.products.withUrl(tx, addresses));
    const byUrl = new Map<string, KnownProduct>();
    for (const listing of listed)
      if (listing.url !== null && (!byUrl.has(listing.url) || listing.accountId === accountId))
        byUrl.set(listing.url, listing);
    const sources = await this.listings.sources();
    return new Map(
      [...links].flatMap(([url, link]) => {
        const listing = link.addresses.map((address) => byUrl.get(address)).find(Boolean);
        const code = listing ?? productOfLink(link, sources);
        return code ? [[url, { source: code.source, product: code.product }] as const] : [];
      }),
    );
  }
}

function codeOf(
  { product, url, variantsOf }: WatchSubject,
  links: ReadonlyMap<string, Code>,
): Code | undefined {
  if (product) return product;
  if (url !== undefined) return links.get(url);
  return variantsOf && 'source' in variantsOf ? variantsOf : undefined;
}

const idOf = ({ productId, variantsOf }: WatchSubject): string | undefined =>
  productId ?? (variantsOf && 'productId' in variantsOf ? variantsOf.productId : undefined);

function meantBy(
  accountId: string,
  subject: WatchSubject,
  links: ReadonlyMap<string, Code>,
  known: ReadonlyMap<string, Product>,
): Meant {
  const id = idOf(subject);
  const code = codeOf(subject, links);
  if (id === undefined && !code)
    return subject.url === undefined
      ? (targetProblem(subject) ?? { named: null, target: targetOf(subject) })
      : UNKNOWN_LINK;
  const listing = id === undefined ? undefined : known.get(id);
  if (id !== undefined && !listing) return UNKNOWN_ID;
  const { source, product } = listing ?? code!;
  const named: Named = { accountId, source, product, pinned: id !== undefined, productId: id ?? null };
  const productId = boundTo(named, (one) => known.has(one));
  if (!subject.variantsOf) return { named: { ...named, productId }, target: null };
  const parent = known.get(productId ?? '')?.facts.variantOf ?? product;
  return {
    named: null,
    target: { kind: 'variants', source, product: parent, attributes: subject.variantsOf.attributes },
  };
}
