/** What a look-up found, as it is kept in memory and in Redis. */
export interface LookedUp<Value> {
  readonly value: Value;
  /** The only account that may see it; null: all accounts see the same. */
  readonly accountId: string | null;
  /** Unix milliseconds when the question was sent: what is known is at least as old. */
  readonly askedAtMs: number;
  /** Unix milliseconds from which on it may not be told any more, as the source's policy or the settings say. */
  readonly expiresAtMs: number;
}

/** Where an answer comes from when no cache has it; asked in the order of the list until one knows. */
export interface Tier<Value> {
  readonly name: string;
  ask(accountId: string, productId: string): Promise<Value | null>;
}

/** One thing that can be looked up about a product, and where. */
export interface Lookup<Value> {
  /** Names it in keys of the caches and in figures. */
  readonly kind: string;
  readonly tiers: readonly Tier<Value>[];
  /** Whether every account gets the same answer. */
  isShared(value: Value): boolean;
  /** Unix milliseconds from which on the value may not be told any more; undefined: the settings decide. */
  endsAtMs(value: Value): number | undefined;
  /** The API's answer made of it: text, so that a cached answer costs nothing to write. */
  textOf(value: Value): string;
}

/** An answer ready to be sent. */
export interface Answered<Value> extends LookedUp<Value> {
  readonly text: string;
}

export const mayRead = ({ accountId }: Pick<LookedUp<unknown>, 'accountId'>, reader: string): boolean =>
  accountId === null || accountId === reader;
