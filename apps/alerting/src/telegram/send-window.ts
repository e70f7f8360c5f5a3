/** What Telegram takes from one bot in any second. */
const MESSAGES = 30;
const SECOND_MS = 1_000;
/**
 * Longest that a message is taken to be on its way. Telegram counts it somewhere between its departure and its answer;
 * what takes longer to answer was counted before, so that slow answers cost a twentieth of the pace at most.
 */
const ON_ITS_WAY_MS = 50;

/** A message that has left. */
export interface Departure {
  leftAtMs: number;
  answeredAtMs: number;
}

/** From then on it counts no more. */
const isOverAt = ({ leftAtMs, answeredAtMs }: Departure): number =>
  Math.min(leftAtMs + ON_ITS_WAY_MS, answeredAtMs) + SECOND_MS;

/**
 * The messages of a second as Telegram counts them: a window that slides, measured where messages leave and where their
 * answers come, so that no delay on the way brings more of them together than Telegram takes. Times only ever grow.
 */
export class SendWindow {
  private departures: Departure[] = [];

  /** How long until a message may leave; 0 when one may now. */
  waitMs(nowMs: number): number {
    this.departures = this.departures.filter((departure) => isOverAt(departure) > nowMs);
    if (this.departures.length < MESSAGES) return 0;
    const ends = this.departures.map(isOverAt).toSorted((one, other) => one - other);
    return ends[ends.length - MESSAGES]! - nowMs;
  }

  /** One leaves. */
  leave(nowMs: number): Departure {
    const departure = { leftAtMs: nowMs, answeredAtMs: Number.POSITIVE_INFINITY };
    this.departures.push(departure);
    return departure;
  }
}
