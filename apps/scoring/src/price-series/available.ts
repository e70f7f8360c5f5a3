import { availabilityName } from '../availability.ts';

/** Whether it could be bought; null where nobody said. */
export function availabilityOf(code: number): boolean | null {
  const name = availabilityName(code);
  return name === undefined || name === 'unknown' ? null : name !== 'out_of_stock';
}
