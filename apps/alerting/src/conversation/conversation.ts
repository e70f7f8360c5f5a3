import { Injectable, Logger } from '@nestjs/common';
import { Refusal } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import { type Intent, parseWords, UNSURE, type Words } from '@souk/words';
import type { Action } from './actions.ts';
import { LanguageModel } from './language-model.ts';
import { marketIn } from './market-talk.ts';
import { type Memory, MemoryOfChats, type Pending } from './memory.ts';
import { ProductTalk } from './product-talk.ts';
import { refusalText } from './refusals.ts';
import type { ConversationInput, Reply, TextKey } from './reply.ts';
import { SavingsTalk } from './savings-talk.ts';
import { SettingsTalk } from './settings-talk.ts';
import { type Answered, choice, chooses, numberOf, says, type Turn } from './turn.ts';
import { WatchMaker } from './watch-maker.ts';
import { type Deed, WatchTalk } from './watch-talk.ts';
import { isEmpty, wishIn } from './wish.ts';

const MAX_TEXT = 10_000;
/** What a guess alone must not do, a model's or one by likeness: the person says yes first. */
const GUESSES: Partial<Record<Intent, TextKey>> = {
  watch: 'guess.watch',
  stop: 'guess.stop',
  pause: 'guess.pause',
  resume: 'guess.resume',
  snooze: 'guess.snooze',
};

/**
 * What is said to Souk, in whatever chat, and what it answers. Nothing here knows a chat's service; a message that is
 * handed over twice makes nothing twice, for what it makes is named by the message.
 */
@Injectable()
export class Conversation {
  private readonly logger = new Logger('conversation');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly memories: MemoryOfChats,
    private readonly model: LanguageModel,
    private readonly products: ProductTalk,
    private readonly maker: WatchMaker,
    private readonly watches: WatchTalk,
    private readonly savings: SavingsTalk,
    private readonly settings: SettingsTalk,
  ) {}

  async handle(input: ConversationInput): Promise<Reply> {
    const now = this.clock.now();
    const { accountId } = input;
    const memory = await this.database.read([accountId], (tx) => this.memories.read(tx, input, now));
    const question = numberOf(input.messageId);
    const answered = await this.answer({ input, memory, now, question }).catch(refusedOrThrow);
    const remembered = after(memory, answered.memory, { now, question });
    await this.database.transaction([accountId], (tx) => this.memories.write(tx, input, remembered, now));
    return { blocks: answered.blocks, replaces: answered.replaces ?? false };
  }

  /**
   * A channel has shown products by itself (an alert's card): `this` means the last one from now on. Never throws: it
   * was shown whether that is remembered or not.
   */
  async noteShown(at: Pick<ConversationInput, 'accountId' | 'chat'>, productId: string): Promise<void> {
    const now = this.clock.now();
    await this.database
      .transaction([at.accountId], (tx) => this.memories.show(tx, at, productId, now))
      .catch((error: unknown) => this.logger.warn({ error }, 'what an alert showed is not remembered'));
  }

  private async answer(turn: Turn): Promise<Answered> {
    const { said } = turn.input;
    if ('action' in said) return this.pressed(turn, said.action);
    if (said.text.length > MAX_TEXT) return says('chat.too-long');
    const market = marketIn(said.text);
    if (market) return { blocks: [{ kind: 'market', ...market }] };
    const rules = parseWords(said.text);
    const { pending } = turn.memory;
    if (pending?.kind === 'price' && isPriceAlone(rules)) {
      const wish = wishIn(said.text, withBarePrice(rules, said.text));
      if (!isEmpty(wish)) return this.maker.product(turn, pending.productId, wish);
    }
    const better = rules.confidence < UNSURE ? await this.model.read(said.text, rules) : undefined;
    const words = better ?? rules;
    const guess = GUESSES[words.intent];
    if (guess && rules.confidence < UNSURE) return guessed(turn, words, guess);
    return this.spoken(turn, words, said.text);
  }

  private async spoken(turn: Turn, words: Words, text: string): Promise<Answered> {
    switch (words.intent) {
      case 'search':
        return this.products.search(turn, words);
      case 'watch':
        return this.maker.watch(turn, words, wishIn(text, words));
      case 'compare':
        return this.products.compare(turn, words);
      case 'deals':
        return this.products.deals(turn, 0, words);
      case 'savings':
        return this.savings.savings(turn, text);
      case 'watches':
        return this.watches.list(turn, 0, false);
      case 'stop':
      case 'pause':
      case 'resume':
      case 'snooze':
      case 'explain':
        return this.watches.said(turn, words.intent, text, words);
      case 'settings':
        return this.settings.said(turn, text);
      case 'help':
        return { blocks: [{ kind: 'help' }] };
      case 'greeting':
        return menu('chat.hello');
      case 'unknown':
        return menu('chat.unknown');
    }
  }

  private async pressed(turn: Turn, action: Action): Promise<Answered> {
    switch (action.do) {
      case 'show':
        return this.products.show(action.productId);
      case 'watch':
        return this.maker.product(turn, action.productId, {});
      case 'watch-lower':
        return this.maker.lower(turn, action.productId, action.percent);
      case 'watch-lowest':
        return this.maker.product(turn, action.productId, { isLowest: true });
      case 'similar':
        return this.products.similar(turn, action.productId);
      case 'compare':
        return this.products.comparePage(await this.listOf(turn, action.list), action.page);
      case 'page':
        return this.products.turnTo(await this.listOf(turn, action.list), action.page);
      case 'watches':
        return this.watches.list(turn, action.page, true);
      case 'deals':
        return this.products.deals(turn, action.page);
      case 'savings':
        return this.savings.savings(turn, '');
      case 'market':
        return { blocks: [{ kind: 'market', about: null }] };
      case 'settings':
        return { blocks: [{ kind: 'settings' }] };
      case 'help':
        return { blocks: [{ kind: 'help' }] };
      case 'explain':
      case 'pause':
      case 'resume':
      case 'stop':
      case 'stop-now':
        return this.watches.byId(turn, action.do, action.watchId);
      case 'snooze':
        return this.watches.byId(turn, 'snooze', action.watchId, action.hours);
      case 'bought-alert':
        return this.savings.bought(turn, { alertId: action.alertId });
      case 'bought':
        return this.savings.bought(turn, { productId: action.productId });
      case 'bought-at': {
        const { do: _, productId, ...price } = action;
        return this.savings.bought(turn, { productId, price });
      }
      case 'not-bought':
        return this.savings.notBought(turn, action.purchaseId);
      case 'choose':
        if (turn.memory.undo?.question === action.question)
          return this.settings.undo(turn, turn.memory.undo.before);
        return turn.memory.question === action.question
          ? this.chosen(turn, turn.memory.pending, action.option)
          : says('chat.expired');
      case 'cancel':
        return says('chat.cancelled');
    }
  }

  /** The list whose button was pressed, whoever was shown it in this chat. */
  private async listOf({ input, memory, now }: Turn, list: number): Promise<Memory> {
    if (memory.list === list) return memory;
    return this.database.read([input.accountId], (tx) => this.memories.listed(tx, input, list, now));
  }

  /** An option of the question that this person was asked last. */
  private async chosen(turn: Turn, pending: Pending | undefined, option: number): Promise<Answered> {
    switch (pending?.kind) {
      case 'watch':
        return this.maker.chosen(turn, pending.productIds, option, pending.text, pending.wish);
      case 'watches': {
        const watchId = pending.watchIds[option];
        if (watchId === undefined) return says('chat.expired');
        return this.watches.byId(turn, pending.then, watchId, pending.hours);
      }
      case 'stop-all':
        return this.watches.stopAll(turn);
      case 'guess': {
        const words = parseWords(pending.text);
        return this.spoken(turn, { ...words, intent: pending.intent as Deed | 'watch' }, pending.text);
      }
      default:
        return says('chat.expired');
    }
  }
}

/** What an answer says it remembers, over what was known; questions are over once something else is said. */
const after = (
  { pending: _over, question: _asked, ...memory }: Memory,
  news: Memory | undefined,
  { now, question }: Pick<Turn, 'now' | 'question'>,
): Memory => ({
  ...memory,
  ...news,
  ...(news?.productId !== undefined && { productAt: now.getTime() }),
  ...(news?.pending && { question }),
});

function refusedOrThrow(error: unknown): Answered {
  if (!(error instanceof Refusal)) throw error;
  return { blocks: [{ kind: 'text', text: refusalText(error) }] };
}

function menu(key: TextKey): Answered {
  const choices = [
    choice('button.watches', { do: 'watches', page: 0 }),
    choice('button.deals', { do: 'deals', page: 0 }),
    choice('button.savings', { do: 'savings' }),
    choice('button.help', { do: 'help' }),
  ];
  return { blocks: [{ kind: 'question', text: { key }, choices }] };
}

function guessed(turn: Turn, { intent, product }: Words, key: TextKey): Answered {
  const text = 'text' in turn.input.said ? turn.input.said.text : '';
  return {
    blocks: [
      {
        kind: 'confirmation',
        text: { key, ...(intent === 'watch' && { values: { words: product ?? text.slice(0, 100) } }) },
        yes: choice('button.yes', chooses(turn, 0)),
        no: choice('button.no', { do: 'cancel' }),
      },
    ],
    memory: { pending: { kind: 'guess', text: text.slice(0, 1_000), intent } },
  };
}

/** An answer to "below which price?": an amount and nothing else that could be meant. */
const isPriceAlone = ({ intent, product, category, url }: Words): boolean =>
  url === null &&
  category === null &&
  (intent === 'search' || intent === 'watch' || intent === 'unknown') &&
  (product === null || /^[\d.,\s]+$/u.test(product));

/** "45000" alone is no budget of a sentence, but it is a price where one was asked for. */
function withBarePrice(words: Words, text: string): Words {
  if (words.maxPrice !== null || words.minPrice !== null)
    return { ...words, maxPrice: words.maxPrice ?? words.minPrice };
  const read = parseWords(`under ${text}`);
  return { ...words, maxPrice: read.maxPrice, currency: read.currency };
}
