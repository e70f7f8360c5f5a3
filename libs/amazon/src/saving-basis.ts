import { parseAmount } from '@souk/money';
import type { Money } from './catalogue-shape.ts';

/** Seen in production: a saving basis of ten times the price. No shop gives 90 % off by its own list price. */
const IMPLAUSIBLE_RATIO = 10;

/** A list price that can be believed, or why the one that was sent cannot; neither when none was sent. */
export function listPriceOf(
  price: Money,
  basis: Money | undefined,
): { listPrice?: string; listPriceRefused?: string } {
  if (basis === undefined) return {};
  const shown = `${basis.amount} ${basis.currency}`;
  if (basis.currency !== price.currency)
    return { listPriceRefused: `${shown} is in another currency than the price` };
  const [asked, usual] = [
    parseAmount(price.amount, price.currency),
    parseAmount(basis.amount, basis.currency),
  ];
  if ('problem' in usual) return { listPriceRefused: `${shown}: ${usual.problem}`.slice(0, 500) };
  if ('problem' in asked) return {};
  if (usual.minor < asked.minor) return { listPriceRefused: `${shown} is below the price` };
  if (usual.minor >= IMPLAUSIBLE_RATIO * asked.minor)
    return { listPriceRefused: `${shown} is ${IMPLAUSIBLE_RATIO} times the price or more` };
  return { listPrice: basis.amount };
}
