import type { Alert, Deal } from '@souk/contracts';
import { standingOfRule } from '../watches/already-true.ts';
import { factsOfDeal } from '../watches/deal-facts.ts';
import type { Rule } from '../watches/rule.ts';

/** Prices that differ by less are the same to people. */
export const SAME_PRICE_PERCENT = 1;

const RISES = new Set(['priceAbove', 'priceRisePercent', 'priceRiseAmount']);

/**
 * Whether what an alert tells is still so at the price of now: what its watch asks for holds, or the price is no worse.
 * Without a rule only the price counts; a deal in another currency tells nothing against it.
 */
export function isStillOn(alert: Alert, deal: Deal, rule: Rule | undefined): boolean {
  if (deal.availability === 'out_of_stock') return false;
  if (deal.currency !== alert.currency) return true;
  const isRise = alert.reasons.some(({ kind, crossed }) => crossed !== false && RISES.has(kind));
  const worseBy = isRise ? alert.priceMinor - deal.priceMinor : deal.priceMinor - alert.priceMinor;
  if (worseBy * 100 <= alert.priceMinor * SAME_PRICE_PERCENT) return true;
  return rule !== undefined && standingOfRule(rule, factsOfDeal(deal)).verdict === 'true';
}
