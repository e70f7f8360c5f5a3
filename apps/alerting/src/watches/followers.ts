import { Injectable } from '@nestjs/common';
import type { Batch } from '@souk/bus';
import { OPERATOR_ACCOUNT_ID, type ProductChanged, WatchChanged } from '@souk/contracts';
import { byTenants, setTenants } from '../tenants.ts';
import { IndexStore } from './index.store.ts';
import type { KnownProduct } from './product.store.ts';
import { sourceScope } from './scopes.ts';
import { MAX_TRACKED, WatchWriter } from './watch-writer.ts';
import { WatchStore } from './watch.store.ts';

/** Watches that are told anew for a listing: that one of them wants it looked up is enough, the others may go. */
const OF_EACH = 3;

export interface Interested {
  watchId: string;
  accountId: string;
  productId: string;
}

/** Tells what watches on many listings follow by now, when listings appear that Souk can look up itself. */
@Injectable()
export class Followers {
  constructor(
    private readonly watches: WatchStore,
    private readonly index: IndexStore,
    private readonly writer: WatchWriter,
  ) {}

  /** `byWords`: watches on searches that new listings were found by. */
  async tellOf(
    { tx, messages, publish }: Batch<typeof ProductChanged>,
    appeared: readonly KnownProduct[],
    byWords: readonly Interested[],
  ): Promise<void> {
    const fetched = appeared.filter(({ accountId }) => accountId === OPERATOR_ACCOUNT_ID);
    if (fetched.length === 0) return;
    const interested = [...(await this.inScopes(tx, fetched)), ...firstOfEach(byWords, fetched)];
    for (const part of byTenants(interested)) {
      await setTenants(
        tx,
        [...messages, ...part].map(({ accountId }) => accountId),
      );
      const causes = new Map(part.map(({ watchId, productId }) => [watchId, productId]));
      for (const watch of await this.watches.lockMany(tx, [...causes.keys()])) {
        const followed = await this.writer.followed(tx, watch);
        // A watch that follows as many as it may keeps to those, rather than change with every new one.
        if (followed.length === 0 || followed.length >= MAX_TRACKED) continue;
        const causedBy = messages.find(({ data }) =>
          data.products.some(({ productId }) => productId === causes.get(watch.id)),
        )!;
        const subject = await this.writer.subjectOf(tx, watch, 'updated');
        const { id: watchId, accountId } = watch;
        publish(
          WatchChanged,
          { watchId, change: 'updated', ...subject },
          { accountId, key: watchId, causedBy },
        );
      }
    }
  }

  private async inScopes(tx: Batch['tx'], fetched: readonly KnownProduct[]): Promise<Interested[]> {
    const productOf = new Map(
      fetched.flatMap(({ productId, source, scopes }) =>
        [...scopes, sourceScope(source)].map((scope) => [scope, productId] as const),
      ),
    );
    const found = await this.index.someInScopes(tx, [...productOf.keys()], OF_EACH);
    return found.map(({ scope, ...watch }) => ({ ...watch, productId: productOf.get(scope)! }));
  }
}

function firstOfEach(byWords: readonly Interested[], fetched: readonly KnownProduct[]): Interested[] {
  const wanted = new Set(fetched.map(({ productId }) => productId));
  const found = byWords.filter(({ productId }) => wanted.has(productId));
  return [...Map.groupBy(found, ({ productId }) => productId).values()].flatMap((of) => of.slice(0, OF_EACH));
}
