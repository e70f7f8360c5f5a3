import { PriceTimeline } from './price-timeline.ts';

/** The history of one offer: a timeline per currency, since prices are compared within one currency only. */
export class OfferHistory {
  readonly timelines = new Map<string, PriceTimeline>();
  /** Stored observations of all currencies; the table's row tells the same number unless this is out of date. */
  points = 0;
  /** Those that were deleted for their age, which are out of this history as well. */
  agedPoints = 0;
  newestMs = -Infinity;
  /** The score told last; null while there is too little history. */
  lastScore: number | null = null;

  timelineOf(currency: string): PriceTimeline {
    let timeline = this.timelines.get(currency);
    if (!timeline) {
      timeline = new PriceTimeline();
      this.timelines.set(currency, timeline);
    }
    return timeline;
  }

  trim(runsHeld?: number): void {
    for (const timeline of this.timelines.values()) timeline.trim(runsHeld);
  }

  /** Runs held in memory, and lows of those that are not. */
  get size(): number {
    let runs = 0;
    for (const { length, older } of this.timelines.values()) runs += length + (older?.lows.length ?? 0);
    return runs;
  }
}
