/** What Telegram takes from one bot in any second. */
const MESSAGES = 30;
const SECOND_MS = 1_000;
/** Answers by which the shortest way there and back is known. */
const TRIPS = 30;
/** Longest that a message without an answer is taken to be on its way still. */
const LATE_AT_MOST_MS = 1_000;

/** A message that has left. */
export interface Departure {
  leftAtMs: number;
  /** Undefined while it has no answer. */
  answeredAtMs: number | undefined;
}

/**
 * The messages of a second as Telegram counts them: a window that slides. Telegram counts a message somewhere between its
 * departure and its answer, so one whose answer comes later than the shortest way takes counts for as much longer. Delays
 * on the way so bring no more messages together than Telegram takes, and answers that are always slow cost nothing.
 */
export class SendWindow {
  private departures: Departure[] = [];
  /** How long the last answers took. */
  private tripsMs: number[] = [];

  /** How long until a message may leave, as far as is known; 0 when one may now. */
  waitMs(nowMs: number): number {
    const shortestMs = this.tripsMs.length === 0 ? 0 : Math.min(...this.tripsMs);
    const isOverAt = ({ leftAtMs, answeredAtMs = nowMs }: Departure): number => {
      const lateMs = Math.max(0, answeredAtMs - leftAtMs - shortestMs);
      return leftAtMs + SECOND_MS + Math.min(lateMs, LATE_AT_MOST_MS);
    };
    this.departures = this.departures.filter((departure) => isOverAt(departure) > nowMs);
    if (this.departures.length < MESSAGES) return 0;
    const ends = this.departures.map(isOverAt).toSorted((one, other) => one - other);
    return ends[ends.length - MESSAGES]! - nowMs;
  }

  /** One leaves. */
  leave(nowMs: number): Departure {
    const departure = { leftAtMs: nowMs, answeredAtMs: undefined };
    this.departures.push(departure);
    return departure;
  }

  /** Its answer has come. */
  answer(departure: Departure, nowMs: number): void {
    departure.answeredAtMs = nowMs;
    this.tripsMs = [...this.tripsMs, nowMs - departure.leftAtMs].slice(-TRIPS);
  }
}
