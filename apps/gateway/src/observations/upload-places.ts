import { Problem } from '../http/problem.ts';

const MAX_UPLOADS = 100;
const MAX_UPLOADS_OF_ACCOUNT = 10;

/** Uploads at the same time are bounded, so that their memory is; no account takes all places. */
export class UploadPlaces {
  private readonly taken = new Map<string, number>();
  private total = 0;

  /** Takes a place and returns how to give it back; a Problem when there is none. */
  take(accountId: string): () => void {
    const own = this.taken.get(accountId) ?? 0;
    if (own >= MAX_UPLOADS_OF_ACCOUNT) {
      const detail = `At most ${MAX_UPLOADS_OF_ACCOUNT} uploads of an account at the same time.`;
      throw new Problem('too-many', detail, { retryAfterMs: 1_000 });
    }
    if (this.total >= MAX_UPLOADS) {
      throw new Problem('unavailable', 'Too many uploads at the same time.', { retryAfterMs: 1_000 });
    }
    this.taken.set(accountId, own + 1);
    this.total += 1;
    return () => this.giveBack(accountId);
  }

  private giveBack(accountId: string): void {
    const left = (this.taken.get(accountId) ?? 1) - 1;
    if (left > 0) this.taken.set(accountId, left);
    else this.taken.delete(accountId);
    this.total -= 1;
  }
}
