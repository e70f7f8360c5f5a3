import { chanceOf } from '../chance.ts';

export type QuotaFault =
  | { kind: 'kill worker'; atMs: number; worker: number }
  | { kind: 'kill replica'; atMs: number; replica: string }
  /** kill -9, then it starts from what was on the disk, which may be a second old, or from nothing. */
  | { kind: 'restart Redis'; atMs: number; data: 'kept' | 'wiped' };

/** A fault of every kind in an order of the seed's; in a long run twice, with Redis once with its data and once without. */
export function quotaPlanOf(
  seed: number,
  loadMs: number,
  workers: number,
  replicas: readonly string[],
): QuotaFault[] {
  const chance = chanceOf(seed ^ 0x0b5e55ed);
  const isLong = loadMs > 60_000;
  const round = (data: 'kept' | 'wiped', replica: string): ((atMs: number) => QuotaFault)[] =>
    chance.shuffled([
      (atMs) => ({ kind: 'kill worker', atMs, worker: chance.below(workers) }),
      (atMs) => ({ kind: 'kill replica', atMs, replica }),
      (atMs) => ({ kind: 'restart Redis', atMs, data }),
    ]);
  const [first, second] = chance.shuffled(replicas);
  const makers = [...round('wiped', first!), ...(isLong ? round('kept', second!) : [])];
  // After the first period of the slowest budget, and with time to see what comes of the last fault.
  const [leadMs, restMs] = isLong ? [15_000, 20_000] : [6_000, 14_000];
  const apartMs = (loadMs - leadMs - restMs) / makers.length;
  return makers.map((make, index) => make(Math.round(leadMs + apartMs * (index + chance.next() / 2))));
}
