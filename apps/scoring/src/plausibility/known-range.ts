import type { PriceTimeline } from '../price-timeline.ts';

/** Less history cannot tell what is far outside it. */
const OBSERVATIONS_NEEDED = 3;
/** Far below: less than 40 % of the lowest price; far above: more than 2.5 times the highest. */
const FAR_BELOW = 0.4;
const FAR_ABOVE = 2.5;

/** The prices an offer ever had in one currency. */
export class KnownRange {
  lowMinor: number;
  highMinor: number;
  private observations: number;

  constructor({
    lowMinor,
    highMinor,
    observations,
  }: Pick<PriceTimeline, 'lowMinor' | 'highMinor' | 'observations'>) {
    this.lowMinor = lowMinor;
    this.highMinor = highMinor;
    this.observations = observations;
  }

  /** Whether a price is far outside of what is known, and on which side. */
  outside(priceMinor: number): 'below' | 'above' | undefined {
    if (this.observations < OBSERVATIONS_NEEDED) return undefined;
    if (priceMinor < this.lowMinor * FAR_BELOW) return 'below';
    return priceMinor > this.highMinor * FAR_ABOVE ? 'above' : undefined;
  }

  add(priceMinor: number): void {
    this.observations += 1;
    this.lowMinor = Math.min(this.lowMinor, priceMinor);
    this.highMinor = Math.max(this.highMinor, priceMinor);
  }
}
