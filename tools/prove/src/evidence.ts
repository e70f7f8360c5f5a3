import type { ChatAttempt } from './chats.ts';
import type { AccountName } from './workload.ts';
import type { Sent } from './ledger-file.ts';
import type { ModelWatch } from './model.ts';
import type { PoisonSubject } from './plan.ts';

/** All that was collected when the system had come to rest. The checker reads this and nothing else. */
export interface Evidence {
  /** From the generator's own ledger, in the order of each lane. */
  sent: Sent[];
  watches: (ModelWatch & { account: AccountName; chats: readonly ChatAttempt['chat'][] })[];
  /** Public API: histories of all products. */
  points: { product: string; observedAt: string; priceMinor: number }[];
  /** Public API: alerts of all accounts. */
  alerts: { id: string; watchId: string; product: string; observedAt: string; priceMinor: number }[];
  /** What the recording chats saw, in its order. */
  attempts: ChatAttempt[];
  /** What the system itself says of each hand-over; `unknown` attempts are the ambiguous ones. */
  deliveries: {
    webhookId: string;
    alertId: string;
    chat: ChatAttempt['chat'];
    state: string;
    unknown: number;
    reason: string | null;
    /** The delivery whose message told this alert too. */
    mergedInto?: string | null;
  }[];
  /** Deliveries that billing charged; one entry for each charge. */
  charges: string[];
  accounts: {
    account: AccountName;
    balance: Books;
    entries: Books;
    entryCount: number;
    requestsPaid: number;
  }[];
  /** Findings of the ledger's own audit view. */
  audit: string[];
  deadLetters: { service: string; payload: string; attempts: number; failedAt: number }[];
  poison: Poison[];
  /** What each account looked at that might show something of the other, and what it saw of it. */
  foreign: { looked: number; seen: string[] };
  /** When calls came to the sandbox shop (ms), and how many it allows in any window of that length. */
  shop: { calls: number[]; limit: number; windowMs: number };
  /** Events with a cause, and those that say the same of the same cause again. */
  events: { told: number; again: { what: string; times: number }[] };
  /** Commands given under faults, each with its Idempotency-Key: what was asked for, what there is. */
  commands: { acknowledged: string[]; unresolved: string[]; found: string[] };
}

/** A message that nobody can handle. */
export interface Poison {
  /** Within its payload. */
  mark: string;
  subject: PoisonSubject;
  /** When the stream had it for sure: the broker confirmed it. */
  publishedAt: number;
}

/** Credits by book; what is owed is positive here. */
export interface Books {
  available: number;
  held: number;
  receivable: number;
  used: number;
}
