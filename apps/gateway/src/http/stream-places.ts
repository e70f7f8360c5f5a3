import type { ServerResponse } from 'node:http';
import { Problem } from './problem.ts';

export interface MostStreams {
  ofAll: number;
  ofAccount: number;
  /** What there may be no more of, as in `At most 30 …`. */
  called: string;
}

/** Streams at the same time are bounded; no account takes all places. */
export class StreamPlaces {
  private readonly taken = new Map<ServerResponse, string>();

  constructor(private readonly most: MostStreams) {}

  /**
   * Takes a place for as long as the connection lives; a Problem when there is none. To be called before anything is
   * waited for: of those who come at the same time each one has to see the others.
   */
  take(accountId: string, response: ServerResponse): void {
    let own = 0;
    for (const [other, account] of this.taken) {
      // Looked at instead of heard of: a response that was closed already, or never had its turn, says nothing.
      if (isGone(other)) this.taken.delete(other);
      else if (account === accountId) own += 1;
    }
    if (this.taken.size >= this.most.ofAll)
      throw new Problem('unavailable', 'Too many clients listen already.', { retryAfterMs: 5_000 });
    if (own >= this.most.ofAccount) {
      const detail = `At most ${this.most.ofAccount} ${this.most.called} at the same time.`;
      throw new Problem('too-many', detail, { retryAfterMs: 5_000 });
    }
    this.taken.set(response, accountId);
  }
}

/** Whether nobody can be told anything over it any more. */
export const isGone = (response: ServerResponse): boolean =>
  response.destroyed || response.req.socket.destroyed;
