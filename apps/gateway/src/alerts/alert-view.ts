import type { Alert, AlertReason } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import type { z } from 'zod';
import type { AlertView, ReasonView } from './alert.schemas.ts';

/** An alert as clients see it: amounts as decimals, the reasons also as one text. */
export function alertView(alert: Alert): AlertView {
  const { productId, source, product, title, url, image, priceMinor, previousPriceMinor, currency } = alert;
  return {
    id: alert.id,
    watchId: alert.watchId,
    product: { source, product, id: productId, title, url, image },
    seller: alert.seller,
    condition: alert.condition,
    price: formatAmount(priceMinor, currency),
    currency,
    previousPrice: previousPriceMinor === null ? null : formatAmount(previousPriceMinor, currency),
    observedAt: alert.observedAt,
    raisedAt: alert.raisedAt,
    score: alert.score,
    reason: alert.reasons.map(({ sentence }) => sentence).join('; '),
    reasons: alert.reasons.map(reasonView),
    traceId: alert.traceId,
    position: alert.position,
  };
}

export const reasonView = ({ said: _said, ...reason }: AlertReason): z.infer<typeof ReasonView> => reason;
