import { chance, chanceBetween } from './chance.ts';

/** What goes wrong with one call. A malformed price concerns one item of the page only. */
export type Fault =
  | { kind: 'none' }
  | { kind: 'error' }
  | { kind: 'too-many'; retryAfterSeconds: number }
  | { kind: 'slow'; delayMs: number }
  | { kind: 'malformed'; itemShare: number; price: string };

const malformedPrices = ['', 'N/A', '-1.00', '12,99', '1e3', 'call us', '19.999'];

/** Draws the fault of the n-th call from the seed: with rate 0 never one, with rate 1 always one. */
export function faultOf(seed: string, call: number, rate: number): Fault {
  if (chance(seed, 'fault', call) >= rate) return { kind: 'none' };
  const kind = chance(seed, 'fault-kind', call);
  if (kind < 0.25) return { kind: 'error' };
  if (kind < 0.5)
    return { kind: 'too-many', retryAfterSeconds: chanceBetween(1, 3, seed, 'retry-after', call) };
  if (kind < 0.75) return { kind: 'slow', delayMs: chanceBetween(500, 3000, seed, 'delay', call) };
  return {
    kind: 'malformed',
    itemShare: chance(seed, 'malformed-item', call),
    price: malformedPrices[chanceBetween(0, malformedPrices.length - 1, seed, 'malformed', call)]!,
  };
}
