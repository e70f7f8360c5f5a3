import { Refusal } from '@souk/contracts';

/**
 * Books of an account. An amount is what flows into the book, so the five always sum to zero:
 * `issued` is minus everything ever granted, `receivable` is minus what the account owes.
 */
export const BOOKS = ['available', 'held', 'receivable', 'used', 'issued'] as const;
export type Book = (typeof BOOKS)[number];
export type Books = Record<Book, number>;
export type EntryKind = 'grant' | 'reserve' | 'capture' | 'release' | 'expire' | 'charge';

/** The only way credits move: out of one book into another, so that nothing is made or lost on the way. */
export interface Transfer {
  readonly kind: EntryKind;
  readonly from: Book;
  readonly to: Book;
  readonly credits: number;
}

export interface Entry {
  readonly kind: EntryKind;
  readonly book: Book;
  readonly amount: number;
}

/** What a decision needs to know of an account. */
export interface Standing {
  readonly available: number;
  /** Never refused: what it uses is owed instead of taken from `available`. */
  readonly unmetered: boolean;
}

/** Credits set aside; it is open until it ends, once, in one of the other states. */
export interface HoldState {
  readonly amount: number;
  readonly captured: number;
  readonly state: 'open' | 'captured' | 'released' | 'expired';
  /** Where the credits came from and what is left goes back to. */
  readonly fundedBy: 'available' | 'receivable';
  /** What the closing capture asked for, so that the same command repeated is told from another. */
  readonly finalCapture: number | null;
}

export interface HoldDecision<Hold extends HoldState = HoldState> {
  readonly hold: Hold;
  readonly transfers: readonly Transfer[];
}

const transfer = (kind: EntryKind, from: Book, to: Book, credits: number): Transfer[] =>
  credits > 0 ? [{ kind, from, to, credits }] : [];

export const leftIn = (hold: HoldState): number => (hold.state === 'open' ? hold.amount - hold.captured : 0);

/** Gives an account credits. What it owes stays owed: settling a debt is a payment, not a grant. */
export const grant = (credits: number): Transfer[] => transfer('grant', 'issued', 'available', credits);

/**
 * Sets credits aside. `atMost` takes what there is.
 * @throws Refusal payment-required when there are too few, with `atMost` when there are none
 */
export function reserve(
  { available, unmetered }: Standing,
  { credits, atMost }: { credits: number; atMost: boolean },
): HoldDecision {
  const amount = unmetered || !atMost ? credits : Math.min(credits, available);
  if (!unmetered && (amount > available || amount === 0)) {
    throw new Refusal(
      'payment-required',
      atMost ? 'Out of credits' : `Out of credits: ${credits} needed, ${available} available`,
    );
  }
  const fundedBy = unmetered ? 'receivable' : 'available';
  return {
    hold: { amount, captured: 0, state: 'open', fundedBy, finalCapture: null },
    transfers: transfer('reserve', fundedBy, 'held', amount),
  };
}

/**
 * Spends part of a hold and gives back the rest; the hold ends. The same capture again changes nothing.
 * @throws Refusal conflict when it ended otherwise, invalid when it holds less than `credits`
 */
export function capture<Hold extends HoldState>(hold: Hold, credits: number): HoldDecision<Hold> {
  if (hold.state === 'captured' && hold.finalCapture === credits) return { hold, transfers: [] };
  if (hold.state !== 'open') {
    throw new Refusal('conflict', `This hold was ${hold.state} already; reserve credits with a new one.`);
  }
  const left = leftIn(hold);
  if (credits > left) {
    throw new Refusal('invalid', `The hold has only ${left} credits left.`, {
      problems: [{ field: 'amount', problem: `at most ${left}` }],
    });
  }
  return {
    hold: { ...hold, captured: hold.captured + credits, state: 'captured', finalCapture: credits },
    transfers: [
      ...transfer('capture', 'held', 'used', credits),
      ...transfer('release', 'held', hold.fundedBy, left - credits),
    ],
  };
}

/** Gives back what is left in a hold; one that has ended already stays as it is. */
export const release = <Hold extends HoldState>(hold: Hold): HoldDecision<Hold> => giveBack(hold, 'release');

/** As release, because its time is over. */
export const expire = <Hold extends HoldState>(hold: Hold): HoldDecision<Hold> => giveBack(hold, 'expire');

function giveBack<Hold extends HoldState>(hold: Hold, kind: 'release' | 'expire'): HoldDecision<Hold> {
  if (hold.state !== 'open') return { hold, transfers: [] };
  return {
    hold: { ...hold, state: kind === 'release' ? 'released' : 'expired' },
    transfers: transfer(kind, 'held', hold.fundedBy, leftIn(hold)),
  };
}

/** Where the credits of what was used come from: a hold, what is available, or they are owed. */
export interface Payment {
  readonly captured: number;
  readonly charged: number;
  readonly owed: number;
}

/**
 * Pays for what was used already and so is never refused: from the hold up to what is left in it, then from
 * what is available, the rest is owed. A hold that is used up ends as captured.
 */
export function spend<Hold extends HoldState>(
  { available, unmetered }: Standing,
  credits: number,
  hold?: Hold,
): Payment & { hold?: Hold } {
  const captured = hold ? Math.min(credits, leftIn(hold)) : 0;
  const charged = unmetered ? 0 : Math.min(credits - captured, available);
  const owed = credits - captured - charged;
  if (!hold || captured === 0) return { hold, captured, charged, owed };
  const total = hold.captured + captured;
  const spent = { ...hold, captured: total, ...(total === hold.amount && { state: 'captured' as const }) };
  return { hold: spent, captured, charged, owed };
}

/** What a payment moves. */
export const paid = ({ captured, charged, owed }: Payment): Transfer[] => [
  ...transfer('capture', 'held', 'used', captured),
  ...transfer('charge', 'available', 'used', charged),
  ...transfer('charge', 'receivable', 'used', owed),
];

/** What transfers do to each book. */
export function movedBy(transfers: readonly Transfer[]): Books {
  const books: Books = { available: 0, held: 0, receivable: 0, used: 0, issued: 0 };
  for (const { from, to, credits } of transfers) {
    books[from] -= credits;
    books[to] += credits;
  }
  return books;
}

/** The entries of one ledger transaction: at most one for each kind and book; they sum to zero. */
export function entriesOf(transfers: readonly Transfer[]): Entry[] {
  return [...new Set(transfers.map(({ kind }) => kind))].flatMap((kind) => {
    const moved = movedBy(transfers.filter((one) => one.kind === kind));
    return BOOKS.filter((book) => moved[book] !== 0).map((book) => ({ kind, book, amount: moved[book] }));
  });
}
