import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { type Alert, type Deal, GetDeals, GetProducts, type Product } from '@souk/contracts';
import { cardOfAlert, cardOfProduct, type ProductCard } from './card.ts';

/** A message does not wait for what only completes it. */
const COMPLETING_DEADLINE_MS = 400;
const ASKED_FOR_DEADLINE_MS = 3_000;

/** Makes cards of what is known right now. Remote calls: never within a transaction. */
@Injectable()
export class Cards {
  constructor(private readonly bus: Bus) {}

  /** Just before it is sent. What does not answer in time is left out: the alert alone makes a card. */
  async ofAlert(accountId: string, alert: Alert): Promise<ProductCard> {
    const request = { accountId, productIds: [alert.productId] };
    const options = { deadlineMs: COMPLETING_DEADLINE_MS };
    const [deals, products] = await Promise.allSettled([
      this.bus.ask(GetDeals, request, options),
      this.bus.ask(GetProducts, request, options),
    ]);
    return cardOfAlert(alert, {
      deal: deals.status === 'fulfilled' ? deals.value.deals[0] : undefined,
      product: products.status === 'fulfilled' ? products.value.products[0] : undefined,
    });
  }

  /** Products by id, in the order asked for; unknown ones are left out. Refuses when the listings cannot be asked. */
  async ofProducts(accountId: string, productIds: readonly string[]): Promise<ProductCard[]> {
    if (productIds.length === 0) return [];
    const request = { accountId, productIds: [...new Set(productIds)] };
    const options = { deadlineMs: ASKED_FOR_DEADLINE_MS };
    const [{ products }, deals] = await Promise.all([
      this.bus.ask(GetProducts, request, options),
      // Without a score a card is still a card.
      this.bus.ask(GetDeals, request, options).then(
        (answer) => answer.deals,
        () => [],
      ),
    ]);
    const productOf = new Map(products.map((product): [string, Product] => [product.id, product]));
    const dealOf = new Map(deals.map((deal): [string, Deal] => [deal.productId, deal]));
    return request.productIds.flatMap((id) => {
      const product = productOf.get(id);
      return product ? [cardOfProduct(product, dealOf.get(id))] : [];
    });
  }
}
