import { Injectable } from '@nestjs/common';
import type { Batch } from '@souk/bus';
import { type DataOf, type LinkedBy, type ObservationsCollected, ProductLinked } from '@souk/contracts';
import type { ChangedListing, FactChanges } from '../change-facts.ts';
import { identifiersOf } from './identifiers.ts';
import { type LinkedListing, LinkStore } from './link.store.ts';

/** Keeps which listings are of the same item: those with an exact identifier in common. Nothing is ever merged. */
@Injectable()
export class LinkListings {
  constructor(private readonly store: LinkStore) {}

  /** Looks at the listings whose facts changed; where no identifier came or went this costs nothing. */
  async follow(
    batch: Batch<typeof ObservationsCollected>,
    changes: FactChanges,
    isKnown: (productId: string) => boolean,
    now: Date,
  ): Promise<void> {
    const changed = [...changes.listings.values()].map((listing) => ({
      listing,
      identifiers: identifiersOf({ ...listing, facts: listing.known.facts }),
    }));
    const known = changed.map(({ listing }) => listing.productId).filter(isKnown);
    const before = await this.store.identifiersOf(batch.tx, known);
    const touched = changed.filter(
      ({ listing, identifiers }) => !isSame(identifiers, before.get(listing.productId) ?? []),
    );
    if (touched.length === 0) return;
    await this.store.replace(
      batch.tx,
      touched.map(({ listing: { productId, accountId }, identifiers }) => ({
        productId,
        accountId,
        identifiers,
      })),
    );
    const ids = touched.map(({ listing }) => listing.productId);
    const links = Map.groupBy(await this.store.linked(batch.tx, ids), ({ productId }) => productId);
    for (const { listing } of touched) {
      const mine = links.get(listing.productId) ?? [];
      // A listing that was never linked and is not now is nobody's news.
      if (mine.length === 0 && !before.has(listing.productId)) continue;
      publishLinks(batch, changes, listing, mine, now);
    }
  }
}

function publishLinks(
  batch: Batch<typeof ObservationsCollected>,
  changes: FactChanges,
  { productId, source, product }: ChangedListing,
  links: readonly LinkedListing[],
  now: Date,
): void {
  const cause = [...changes.byMessage].findLast(([, products]) => products.has(productId))![0];
  const data: DataOf<typeof ProductLinked> = {
    productId,
    source,
    product,
    links: links.map(({ linkedId, by, ...link }) => ({
      productId: linkedId,
      source: link.source,
      product: link.product,
      by,
    })),
    linkedAt: now.toISOString(),
  };
  batch.publish(ProductLinked, data, { causedBy: cause, key: productId });
}

const isSame = (one: readonly LinkedBy[], other: readonly LinkedBy[]): boolean =>
  one.length === other.length &&
  one.every((a) => other.some((b) => a.kind === b.kind && a.value === b.value));
