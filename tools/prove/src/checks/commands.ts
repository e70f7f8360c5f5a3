import type { Evidence } from '../evidence.ts';
import { Tally, type Finding } from './finding.ts';

/** A command with its Idempotency-Key, repeated until it was answered, took effect once. */
export function checkCommands({ commands }: Evidence): Finding {
  const tally = new Tally('watches made under faults', commands.acknowledged.length);
  const found = Map.groupBy(commands.found, (product) => product);
  for (const product of commands.acknowledged) if (!found.has(product)) tally.lost(product);
  const wanted = new Set([...commands.acknowledged, ...commands.unresolved]);
  for (const [product, copies] of found) {
    if (!wanted.has(product)) tally.unexpected(product);
    if (copies.length > 1) tally.duplicated(product, copies.length - 1);
  }
  return tally.finding;
}
