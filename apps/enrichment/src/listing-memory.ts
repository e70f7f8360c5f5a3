import { Inject, Injectable } from '@nestjs/common';
import { offerIdOf, productIdOf } from '@souk/contracts';
import { LRUCache } from 'lru-cache';
import { ENRICHMENT_CONFIG, type EnrichmentConfig } from './config.ts';

export interface ListingIds {
  productId: string;
  offerId: string;
}

/**
 * What this process remembers of the listings it saw last. Ids follow from names and are always right. The
 * digest of the facts told last may only be remembered once they are committed: it saves looking into the table.
 */
@Injectable()
export class ListingMemory {
  private readonly ids: LRUCache<string, ListingIds>;
  private readonly digests: LRUCache<string, string>;

  constructor(@Inject(ENRICHMENT_CONFIG) config: EnrichmentConfig) {
    const max = config.SOUK_LISTING_CACHE_ENTRIES;
    this.ids = new LRUCache({ max });
    this.digests = new LRUCache({ max });
  }

  /** The ids of a listing and of its offer; hashing names costs more than remembering them. */
  idsOf(accountId: string, source: string, product: string, seller?: string, condition?: string): ListingIds {
    // The length tells where the product code ends, whatever it and the seller's name consist of.
    const key = `${accountId}${source}\n${condition ?? ''}\n${product.length}\n${product}${seller ?? ''}`;
    const known = this.ids.get(key);
    if (known) return known;
    const productId = productIdOf(accountId, source, product);
    const ids = { productId, offerId: offerIdOf(productId, seller, condition) };
    this.ids.set(key, ids);
    return ids;
  }

  /** Digest of the facts that were told last of this listing and are part of what is stored. */
  digestOf(productId: string): string | undefined {
    return this.digests.get(productId);
  }

  /** To be called after the commit only. */
  remember(productId: string, digest: string): void {
    this.digests.set(productId, digest);
  }
}
