import type { AlertReason, Deal } from '@souk/contracts';
import { formatAmount, toMicros } from '@souk/money';
import { dropBasisPoints, isBuyable, scoreHundredths } from '../alerts/probes.ts';
import { microsText, percentText } from '../alerts/reasons.ts';
import type { Threshold } from './conditions.ts';

/** The conditions of a new watch that hold right now; they raise nothing until they are crossed again. */
export function alreadyTrue(thresholds: readonly Threshold[], deal: Deal): AlertReason[] {
  return thresholds.flatMap((threshold) => holdsNow(threshold, deal) ?? []);
}

function holdsNow({ kind, threshold, currency }: Threshold, deal: Deal): AlertReason | undefined {
  const price = formatAmount(deal.priceMinor, deal.currency);
  const previous = deal.previousPriceMinor;
  switch (kind) {
    case 'priceBelow': {
      if (currency !== null && currency !== deal.currency) return undefined;
      if (toMicros(deal.priceMinor, deal.currency) >= threshold) return undefined;
      const limit = microsText(threshold, deal.currency);
      return {
        kind,
        sentence: `is below ${limit} ${deal.currency} already: ${price} ${deal.currency}`,
        inputs: { priceBelow: limit, price, currency: deal.currency },
      };
    }
    case 'dropPercent': {
      const fell = previous === null ? 0 : dropBasisPoints(previous, deal.priceMinor);
      if (previous === null || fell < threshold) return undefined;
      const from = formatAmount(previous, deal.currency);
      return {
        kind,
        sentence: `fell ${percentText(fell, 1)} % from ${from} to ${price} ${deal.currency} with its last price; you asked for ${percentText(threshold)} %`,
        inputs: { dropPercent: threshold / 100, price, previousPrice: from, currency: deal.currency },
      };
    }
    case 'allTimeLow': {
      const all = deal.statistics.find((statistics) => statistics.window === 'all');
      if (!all || all.observations < 2 || deal.priceMinor > all.lowMinor) return undefined;
      return {
        kind,
        sentence: `${price} ${deal.currency} is the lowest known price already`,
        inputs: { price, currency: deal.currency },
      };
    }
    case 'backInStock':
      return isBuyable(deal.availability)
        ? { kind, sentence: 'is in stock already', inputs: { availability: deal.availability } }
        : undefined;
    case 'scoreAtLeast':
      if (deal.score === null || scoreHundredths(deal.score) < threshold) return undefined;
      return {
        kind,
        sentence: `has a deal score of ${deal.score} already; you asked for ${percentText(threshold)}`,
        inputs: { scoreAtLeast: threshold / 100, score: deal.score },
      };
  }
}
