/** What a look through the accounts found. */
export interface Looked {
  /** At least one account has a model that learnt something. */
  hasModel: boolean;
  /** Offers with a history that were read to learn from. */
  offersRead: number;
}

/** A look through all accounts reads all offers: once in a while is enough. */
const USUAL_MS = 900_000;
/** A new installation's history comes a moment after its first look. */
const EARLY_MS = 60_000;
/** Histories that are too short to learn from grow by the day, not by the minute. */
const IN_VAIN_AT_MOST = 15;

/**
 * How long to wait until the next look for models to train: a minute while nothing was learnt. Looks that found no
 * histories read nothing; of those that read some in vain only so many are early, one after the other.
 */
export class LookPace {
  private inVain = 0;

  pauseAfter({ hasModel, offersRead }: Looked): number {
    if (hasModel) this.inVain = 0;
    else if (offersRead > 0) this.inVain += 1;
    return hasModel || this.inVain >= IN_VAIN_AT_MOST ? USUAL_MS : EARLY_MS;
  }
}
