import type { PostedObservation } from '@souk/contracts';

/** An observation in the public format of POST /v1/observations, as the readers make it: prices are decimal texts. */
export type ReplayedObservation = Omit<PostedObservation, 'price'> & { price: string };

/**
 * What became of one row of a history, and where it stands (`file:line`). Every row gives exactly one of these:
 * nothing is dropped without being told. `note` is a defect that did not keep the row from being posted.
 */
export type HistoryRow =
  | { at: string; observation: ReplayedObservation; note?: string }
  /** A line that is posted exactly as it stands; `lane` keeps the lines of one product together. */
  | { at: string; line: string; lane: string }
  | { at: string; skipped: SkipReason; detail?: string };

/** Why a row is not posted. The detail, where there is one, tells the particulars. */
type SkipReason =
  | 'no price'
  | 'unreadable price'
  | 'unreadable date'
  | 'unreadable row'
  | 'no name'
  | 'duplicate'
  | 'duplicate with another price'
  | 'empty line'
  | 'line too long';

/** A file of a history, read whole: each is a few MiB at most. `name` is its path below the history's folder. */
export interface HistoryFile {
  name: string;
  text: string;
}
