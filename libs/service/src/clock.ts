/** The time of day, injected so that tests can hold it still. */
export abstract class Clock {
  abstract now(): Date;

  /** Unix milliseconds. */
  nowMs(): number {
    return this.now().getTime();
  }
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }

  override nowMs(): number {
    return Date.now();
  }
}
