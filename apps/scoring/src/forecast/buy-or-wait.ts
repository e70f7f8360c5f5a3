import { formatAmount } from '@souk/money';
import type { ExpectedLow } from './forecast-prices.ts';

/** Above this it is likelier than not that waiting pays. */
const LIKELY = 0.5;
/** Below this a lower price would be a surprise. */
const UNLIKELY = 0.25;
/** Waiting has to bring so much of the price. */
const WORTH_WAITING = 0.03;
const DAYS = 30;

export interface Advice {
  verdict: 'buy' | 'wait' | 'either';
  why: string;
}

/** Without a single history learnt from, no number is more than a guess. */
export const NOTHING_LEARNT: Advice = {
  verdict: 'either',
  why: 'No history has been learnt from yet, so nothing tells whether waiting pays.',
};

/** Buy now, or wait for the next 30 days: by the chance of a lower price and by what it would save. */
export function buyOrWait(
  priceMinor: number,
  currency: string,
  undercut: number,
  lowest: ExpectedLow,
  isModelled: boolean,
): Advice {
  const saved = priceMinor === 0 ? 0 : (priceMinor - lowest.expectedMinor) / priceMinor;
  const chance = `${Math.round(undercut * 100)} %`;
  const whose = isModelled ? 'prices that stood like this one' : 'all prices, this one not looked at,';
  const low = `${formatAmount(lowest.expectedMinor, currency)} ${currency}`;
  const facts = `Of ${whose} ${chance} fell by more than 2 % within ${DAYS} days; the lowest to expect is ${low}, ${Math.round(saved * 100)} % less.`;
  if (undercut >= LIKELY && saved >= WORTH_WAITING)
    return { verdict: 'wait', why: `${facts} Waiting is likely to pay.` };
  if (undercut <= UNLIKELY) return { verdict: 'buy', why: `${facts} Waiting is unlikely to pay.` };
  return { verdict: 'either', why: `${facts} That decides neither way.` };
}
