import { busMigrations } from '@souk/bus';
import type { Migration } from '@souk/service';
import { PriceHistory1763600200000 } from './1763600200000-price-history.ts';
import { Policies1763700200000 } from './1763700200000-policies.ts';
import { ForgetHistory1763740300000 } from './1763740300000-forget-history.ts';
import { ProductFacts1763801100000 } from './1763801100000-product-facts.ts';
import { ClosedHistory1763801200000 } from './1763801200000-closed-history.ts';
import { ListingLinks1763801500000 } from './1763801500000-listing-links.ts';
import { HeldPrices1763801600000 } from './1763801600000-held-prices.ts';
import { Market1763801900000 } from './1763801900000-market.ts';
import { Forecasts1763802100000 } from './1763802100000-forecasts.ts';
import { ToldAgain1763802200000 } from './1763802200000-told-again.ts';
import { AgedHistory1764210000000 } from './1764210000000-aged-history.ts';

/** Every migration of the scoring schema, in order; forward only. */
export const migrations: Migration[] = [
  ...busMigrations,
  PriceHistory1763600200000,
  Policies1763700200000,
  ForgetHistory1763740300000,
  ProductFacts1763801100000,
  ClosedHistory1763801200000,
  ListingLinks1763801500000,
  HeldPrices1763801600000,
  Market1763801900000,
  Forecasts1763802100000,
  ToldAgain1763802200000,
  AgedHistory1764210000000,
];
