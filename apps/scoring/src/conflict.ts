import type { QuarantinedObservation } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import type { Conflict } from './sort-out.ts';

/** A price that contradicts the stored one of the same offer and time, as it is set apart. */
export function conflictOf({ price: { offer }, stored }: Conflict): QuarantinedObservation {
  const { product, productId, offerId, observedAt } = offer;
  return {
    product,
    productId,
    offerId,
    observedAt,
    reason: 'conflict',
    field: stored.currency === offer.currency ? 'price' : 'currency',
    detail:
      `${amount(offer)} at ${observedAt}, but ${amount(stored)} is already stored for the same offer and time; ` +
      'the first one stays',
  };
}

const amount = ({ priceMinor, currency }: { priceMinor: number; currency: string }): string =>
  `${formatAmount(priceMinor, currency)} ${currency}`;
