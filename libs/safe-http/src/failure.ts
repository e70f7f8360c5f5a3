export type FailureKind =
  /** No public address, or one with a password: nothing was dialled. */
  | 'address'
  /** robots.txt forbids it, or cannot be read for now. */
  | 'robots'
  /** More of them than anyone needs, or to nowhere. */
  | 'redirect'
  /** Of what came over the wire or of what it became. */
  | 'too-large'
  | 'timeout'
  /** The compression of the body is broken or unknown. */
  | 'encoding'
  /** Too many calls wait for the same host. */
  | 'busy'
  | 'connection'
  /** The caller gave up. */
  | 'aborted';

/** Why there is no answer; the message is a sentence for the person who gave the address. */
export class SafeHttpFailure extends Error {
  override name = 'SafeHttpFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
