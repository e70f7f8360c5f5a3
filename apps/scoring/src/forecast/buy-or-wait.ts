import { formatAmount } from '@souk/money';
import { DAY_MS, daysTold } from '../day.ts';
import { OUTCOMES_AT_LEAST } from './forecast-model.ts';
import type { ExpectedLow } from './lowest-price.ts';

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

/** Without outcomes learnt from, no number is more than a guess. */
export const tooLittleLearnt = (days: number): Advice => ({
  verdict: 'either',
  why: `Fewer than ${OUTCOMES_AT_LEAST} prices were followed for ${daysTold(days)} yet to learn from, so nothing tells whether waiting pays.`,
});

/** Of a price with too little history for a score; `scoreMissing` says why it has none. */
export const tooLittleKnown = (scoreMissing: string): Advice => ({
  verdict: 'either',
  why: `${scoreMissing} Until then nothing is advised.`,
});

export const SOLD_OUT: Advice = {
  verdict: 'either',
  why: 'It was out of stock when last seen, so there is nothing to buy at this price.',
};

/** Of a price that nobody has looked at for longer than it is believed. */
export const notSeenFor = (silentMs: number): Advice => ({
  verdict: 'either',
  why: `It was last seen ${daysTold(Math.floor(silentMs / DAY_MS))} ago, longer than a price is believed unseen: nobody knows what it costs now.`,
});

const FREE: Advice = { verdict: 'buy', why: 'It is free, and nothing is cheaper.' };

/**
 * Buy now, or wait for the next 30 days: by the chance of a lower price and by what it would save. Neither where the base
 * rate answers: what all prices do on average says nothing of one that nobody looked at.
 * @param undercut probability of a price lower by more than 2 %
 * @param isModelled whether a model looked at this price, rather than the base rate answering
 */
export function buyOrWait(
  priceMinor: number,
  currency: string,
  undercut: number,
  lowest: ExpectedLow,
  isModelled: boolean,
): Advice {
  if (priceMinor === 0) return FREE;
  const chance = `${Math.round(undercut * 100)} % fell by more than 2 % within ${DAYS} days`;
  if (!isModelled)
    return {
      verdict: 'either',
      why: `Of all prices ${chance}. That says nothing of this one in particular.`,
    };
  const saved = (priceMinor - lowest.expectedMinor) / priceMinor;
  const low = `${formatAmount(lowest.expectedMinor, currency)} ${currency}, ${Math.round(saved * 100)} % less`;
  const facts = `Of prices that stood like this one ${chance}; the lowest to expect is ${low}.`;
  if (undercut >= LIKELY && saved >= WORTH_WAITING)
    return { verdict: 'wait', why: `${facts} Waiting is likely to pay.` };
  if (undercut <= UNLIKELY) return { verdict: 'buy', why: `${facts} Waiting is unlikely to pay.` };
  return { verdict: 'either', why: `${facts} That decides neither way.` };
}
