import type { Alert } from '@souk/contracts';
import { formatAmount } from '@souk/money';

/**
 * The body of a webhook that tells of an alert: amounts as decimal strings, as everywhere in the public API. It has
 * `possibleRepeat` when an earlier attempt may have arrived.
 */
export function alertBody(alert: Alert, possibleRepeat: boolean): string {
  const { priceMinor, previousPriceMinor, currency, source, product, title, url, image, reasons, ...rest } =
    alert;
  return JSON.stringify({
    type: 'alert.raised',
    timestamp: alert.raisedAt,
    data: {
      ...rest,
      product: { source, product, title, url, image },
      price: formatAmount(priceMinor, currency),
      previousPrice: previousPriceMinor === null ? null : formatAmount(previousPriceMinor, currency),
      currency,
      reason: reasons.map((reason) => reason.sentence).join('; '),
      reasons: reasons.map(({ said: _said, ...reason }) => reason),
      ...(possibleRepeat ? { possibleRepeat } : {}),
    },
  });
}

export function testBody(channelId: string, now: Date): string {
  return JSON.stringify({ type: 'channel.test', timestamp: now.toISOString(), data: { channelId } });
}
