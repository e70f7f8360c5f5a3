import { type LookedUpProduct, type Offer, offerIdOf, type Product } from '@souk/contracts';

/** A product as its source told of it just now: what enrichment will store, a moment before it has. */
export function productOfLookUp(looked: LookedUpProduct): Product {
  const { productId, source, product, observations, fetchedAt, fetchId, policy } = looked;
  const lifetimeMs = policy?.cacheLifetimeMs ?? null;
  const [first] = observations;
  return {
    id: productId,
    source,
    product,
    shared: true,
    facts: first ? factsOf(first) : {},
    offers: observations.map((told): Offer => {
      const { seller, condition } = told;
      return {
        offerId: offerIdOf(productId, seller, condition),
        seller: seller ?? null,
        condition: condition ?? null,
        priceMinor: told.priceMinor,
        currency: told.currency,
        listPriceMinor: told.listPriceMinor ?? null,
        shippingMinor: told.shippingMinor ?? null,
        availability: told.availability ?? null,
        observedAt: told.observedAt,
        origin: 'fetched',
        ...(fetchedAt !== null && { collectedAt: fetchedAt }),
        ...(fetchId !== null && { fetchId }),
        ...(policy?.attribution && { attribution: policy.attribution }),
        ...(lifetimeMs !== null &&
          fetchedAt !== null && { expiresAt: new Date(Date.parse(fetchedAt) + lifetimeMs).toISOString() }),
      };
    }),
  };
}

type Observation = LookedUpProduct['observations'][number];

function factsOf(told: Observation): Product['facts'] {
  const {
    product: _product,
    priceMinor: _price,
    currency: _currency,
    listPriceMinor: _list,
    memberPriceMinor: _member,
    shippingMinor: _shipping,
    availability: _availability,
    observedAt: _observedAt,
    seller: _seller,
    condition: _condition,
    ...facts
  } = told;
  return facts;
}
