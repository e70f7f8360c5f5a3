import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { type Deal, GetDeals, GetProducts, type Product } from '@souk/contracts';

/** What other services know of listings. Remote calls: never within a transaction. */
@Injectable()
export class Listings {
  constructor(private readonly bus: Bus) {}

  /** The listings of these ids that exist and that the account may see. */
  async get(accountId: string, productIds: readonly string[]): Promise<Map<string, Product>> {
    const { products } = await this.bus.ask(GetProducts, { accountId, productIds: [...new Set(productIds)] });
    return new Map(products.map((product) => [product.id, product]));
  }

  /** Price and score of a listing right now; nothing while it has none. */
  async deal(accountId: string, productId: string): Promise<Deal | undefined> {
    const { deals } = await this.bus.ask(GetDeals, { accountId, productIds: [productId] });
    return deals.find((deal) => deal.productId === productId);
  }
}
