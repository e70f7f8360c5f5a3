import { type HazardInput, pieceFeature } from './hazard-features.ts';

/** A hazard is never taken for higher than one event a day. */
const MAX_LOG_HAZARD = 0;

/** The logarithm of the events a day that weights give to a piece of the future. */
export function logHazard(weights: readonly number[], { active, phase }: HazardInput, piece: number): number {
  let sum = weights[pieceFeature(phase, piece)]!;
  for (const feature of active) sum += weights[feature]!;
  return Math.min(sum, MAX_LOG_HAZARD);
}
