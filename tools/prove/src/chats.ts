import {
  type ChatFailure,
  startTelegramFake,
  startWebhookReceiver,
  type TelegramFake,
  type WebhookAnswer,
  type WebhookReceiver,
} from '@souk/sandbox';
import { chanceOf } from './chance.ts';
import type { AccountName } from './workload.ts';

/** What a chat does to a message: refuses it for now, stumbles, never answers, or takes it and is not heard. */
export const CHAT_FAULTS = ['429', '5xx', 'hang', 'reply lost'] as const;
export type ChatFault = (typeof CHAT_FAULTS)[number];

export const TELEGRAM_TOKEN = '42:prove';
const FAULTY_SHARE = 0.6;
const RETRY_AFTER_SECONDS = 2;
const WAIT_FOR_LINK_MS = 30_000;

/** One attempt to hand a message over, as the chat saw it. */
export interface ChatAttempt {
  chat: 'webhook' | 'Telegram';
  /** Of a webhook its `webhook-id`; of Telegram the product and the minute of its price. */
  message: string;
  /** What went wrong on purpose; undefined when it was taken and answered. */
  fault: ChatFault | undefined;
  /** Whether it says that it may be a repeat. */
  isMarked: boolean;
  /** Webhooks only: whose it is, the alert it tells of, and whether the signature was right. */
  account?: AccountName;
  alertId?: string;
  verified?: boolean;
}

/** The recording chats of a run: a webhook receiver for each account, and one Telegram. */
export class Chats {
  readonly webhooks: Record<AccountName, WebhookReceiver>;
  readonly telegram: TelegramFake;
  /** Whether messages meet faults now, each at most one. */
  areFaulty = false;
  readonly #attempts: ChatAttempt[];
  #nextChatId = 1_000;

  private constructor(webhooks: Chats['webhooks'], telegram: TelegramFake, attempts: ChatAttempt[]) {
    this.webhooks = webhooks;
    this.telegram = telegram;
    this.#attempts = attempts;
  }

  static async open(seed: number): Promise<Chats> {
    const attempts: ChatAttempt[] = [];
    const decide = faultsOf(seed);
    let chats: Chats | undefined = undefined;
    const note = (attempt: Omit<ChatAttempt, 'fault'>): ChatFault | undefined => {
      const fault = decide(`${attempt.chat} ${attempt.message}`, chats?.areFaulty ?? false);
      attempts.push({ ...attempt, fault });
      return fault;
    };
    const webhook = (account: AccountName): Promise<WebhookReceiver> =>
      startWebhookReceiver({
        answerOf: ({ headers, body }) => {
          const { id, possibleRepeat } = (
            JSON.parse(body) as { data: { id: string; possibleRepeat?: boolean } }
          ).data;
          const message = String(headers['webhook-id']);
          return answerOf(
            note({ chat: 'webhook', message, isMarked: possibleRepeat ?? false, account, alertId: id }),
          );
        },
      });
    const telegram = await startTelegramFake({
      token: TELEGRAM_TOKEN,
      failureOf: ({ text }) => {
        const message = messageOf(text);
        if (message === undefined) return undefined; // an answer to a command
        return failureOf(note({ chat: 'Telegram', message, isMarked: text.includes('(repeated)') }));
      },
    });
    chats = new Chats(
      { operator: await webhook('operator'), customer: await webhook('customer') },
      telegram,
      attempts,
    );
    return chats;
  }

  /** Somebody opens the link of a channel in a chat of their own; resolves when the bot has greeted them. */
  async link(code: string): Promise<void> {
    const chatId = (this.#nextChatId += 1);
    this.telegram.inject({ chatId, text: `/start ${code}`, firstName: 'Ada' });
    await this.telegram.messages.until((message) => message.chatId === String(chatId), {
      timeoutMs: WAIT_FOR_LINK_MS,
    });
  }

  /** How many attempts met each kind of fault until now. */
  get faults(): Record<ChatFault, number> {
    const count = (kind: ChatFault): number => this.#attempts.filter(({ fault }) => fault === kind).length;
    return Object.fromEntries(CHAT_FAULTS.map((kind) => [kind, count(kind)])) as Record<ChatFault, number>;
  }

  /** All attempts in the order in which they came, with what the receivers found out about them. */
  get attempts(): ChatAttempt[] {
    const signatures = new Map<string, boolean>();
    for (const { requests } of Object.values(this.webhooks))
      for (const { headers, verified } of requests.items) {
        const id = String(headers['webhook-id']);
        signatures.set(id, verified && (signatures.get(id) ?? true));
      }
    return this.#attempts.map((attempt) =>
      attempt.chat === 'webhook'
        ? { ...attempt, verified: signatures.get(attempt.message) ?? true }
        : attempt,
    );
  }

  async close(): Promise<void> {
    await Promise.all([...Object.values(this.webhooks), this.telegram].map((chat) => chat.close()));
  }
}

/** A message of Telegram by the product and the minute that its last line names. */
export function messageOf(text: string): string | undefined {
  const [, product, day, minute] = / · (\S+) · (\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC$/.exec(text) ?? [];
  return product === undefined ? undefined : `${product} ${day}T${minute}`;
}

/** Whose chat it came to; of Telegram its product says so: even lanes are the operator's. */
export function addresseeOf({ account, message }: ChatAttempt): AccountName {
  return account ?? (Number(/^lane-(\d+)-/.exec(message)?.[1]) % 2 === 0 ? 'operator' : 'customer');
}

/** Some messages meet a fault at their first attempt, all kinds by turns. */
function faultsOf(seed: number): (message: string, areFaulty: boolean) => ChatFault | undefined {
  const chance = chanceOf(seed ^ 0xc4a7);
  const known = new Set<string>();
  let turn = chance.below(CHAT_FAULTS.length);
  return (message, areFaulty) => {
    const isFirst = !known.has(message);
    known.add(message);
    if (!isFirst || !areFaulty || !chance.happens(FAULTY_SHARE)) return undefined;
    turn += 1;
    return CHAT_FAULTS[turn % CHAT_FAULTS.length];
  };
}

const ANSWERS: Record<ChatFault, WebhookAnswer> = {
  429: { status: 429, retryAfterSeconds: RETRY_AFTER_SECONDS },
  '5xx': { status: 503 },
  hang: 'hang',
  'reply lost': 'lost',
};
const answerOf = (fault: ChatFault | undefined): WebhookAnswer | undefined => fault && ANSWERS[fault];

const FAILURES: Record<ChatFault, ChatFailure> = {
  429: { kind: 'error', status: 429, retryAfterSeconds: RETRY_AFTER_SECONDS },
  '5xx': { kind: 'error', status: 502 },
  hang: { kind: 'hang' },
  'reply lost': { kind: 'lost' },
};
const failureOf = (fault: ChatFault | undefined): ChatFailure | undefined => fault && FAILURES[fault];
