import type { AcceptedOffer } from '@souk/contracts';

type Availability = NonNullable<AcceptedOffer['availability']>;

/** Place is the stored code, for ever; 0 is "not stated". */
const NAMES: readonly (Availability | undefined)[] = [
  undefined,
  'in_stock',
  'limited',
  'preorder',
  'out_of_stock',
  'unknown',
];
const CODES = new Map(NAMES.map((name, code) => [name, code]));

export const availabilityCode = (name: Availability | undefined): number => CODES.get(name)!;

export const availabilityName = (code: number): Availability | undefined => NAMES[code];

export const OUT_OF_STOCK = availabilityCode('out_of_stock');
