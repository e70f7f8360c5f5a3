import { Clock } from '@souk/service';

/** A clock that stands still until it is told otherwise. */
export class FrozenClock extends Clock {
  private time: number;

  constructor(at: string) {
    super();
    this.time = Date.parse(at);
  }

  now(): Date {
    return new Date(this.time);
  }

  set(at: string): void {
    this.time = Date.parse(at);
  }

  advance(ms: number): void {
    this.time += ms;
  }
}
