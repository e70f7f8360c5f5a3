import type { SentenceValue, WatchConditions } from '@souk/contracts';
import type { Setting } from '../preferences/settings.ts';
import type { WHY_TEXTS } from '../texts/why-texts.ts';
import type { Action } from './actions.ts';

/**
 * What a chat hands over: words or a pressed button, and who pressed it where. A channel makes it from whatever its
 * service sends.
 */
export interface ConversationInput {
  accountId: string;
  /** Who wrote, among the people who share the account: `telegram:1234`, `slack:T1/U2`. */
  person: string;
  /** Where the answer goes and what is remembered: `telegram:-100123/7` (chat and topic), `slack:T1/C2`. */
  chat: string;
  /** Names this message for ever, so that one that is handed over twice acts once. */
  messageId: string;
  /** The person's own, as BCP 47: `en`, `de-AT`. */
  language: string;
  /** The person's own: used where words name an amount without a currency. */
  currency?: string | undefined;
  /** IANA name; the month of savings is the person's own. UTC unless given. */
  timeZone?: string | undefined;
  /** Ids of channels, or `inbox`: where watches that are made here speak. */
  channels: readonly string[];
  said: { text: string } | { action: Action };
}

/** An amount that the channel writes in the person's language. */
export interface Money {
  amountMinor: number;
  currency: string;
}

export type TextValue = SentenceValue<Text>;

/** A text of the message catalogues: the catalogue has a sentence for the key, and the values stand in it. */
export interface Text {
  key: TextKey;
  values?: Readonly<Record<string, TextValue>> | undefined;
}

/** A button. */
export interface Choice {
  label: Text;
  action: Action;
}

export interface ProductItem {
  kind: 'product';
  productId: string;
  /** Buttons for it; a channel adds its own (link to the shop, chart). */
  choices: readonly Choice[];
}

interface WatchItem {
  kind: 'watch';
  watchId: string;
  /** Null while the product is unknown. */
  productId: string | null;
  /** What it is called where the product has no title: source and code, or the words of a search. */
  name: string;
  /** What it waits for: a product may have several watches. */
  when: WatchConditions;
  paused: boolean;
  /** While it is silent for a time. */
  snoozedUntil?: string | undefined;
  choices: readonly Choice[];
}

export type ListItem = ProductItem | WatchItem;

/** One part of an answer. Channels draw each kind as they can; texts of products are theirs to load by id. */
export type Block =
  | { kind: 'text'; text: Text }
  /** One product with its card. */
  | { kind: 'card'; item: ProductItem }
  /** One page; `previous` and `next` turn it in place. `of` counts pages, if that is known. */
  | {
      kind: 'list';
      title: Text;
      items: readonly ListItem[];
      page: number;
      of?: number | undefined;
      previous?: Action | undefined;
      next?: Action | undefined;
      /** What can be done with the whole page. */
      choices?: readonly Choice[] | undefined;
    }
  /** Products side by side. */
  | { kind: 'comparison'; title: Text; productIds: readonly string[] }
  /** The person answers by a button or in words. */
  | { kind: 'question'; text: Text; choices: readonly Choice[] }
  /** Nothing has happened yet: `yes` does it. */
  | { kind: 'confirmation'; text: Text; yes: Choice; no: Choice }
  /** Why a watch spoke or did not: drawn from `alerting.explain-watch`. */
  | { kind: 'explanation'; watchId: string }
  /** How prices have moved: drawn from `scoring.get-market-report`; null is everything. */
  | { kind: 'market'; about: string | null }
  /**
   * The channel shows its own settings, or how those are now that words have changed; from there on it speaks as they
   * say.
   */
  | { kind: 'settings'; changed?: { settings: readonly Setting[]; choices: readonly Choice[] } | undefined }
  | { kind: 'help' };

export interface Reply {
  blocks: readonly Block[];
  /** The answer takes the place of the message whose button was pressed (a page was turned). */
  replaces: boolean;
}

/** It has changed how the chat wants to be spoken to, so it is told in the new way. */
export const hasChangedSettings = ({ blocks }: Reply): boolean =>
  blocks.some((block) => block.kind === 'settings' && block.changed !== undefined);

/**
 * Every text of the conversation with its values, in English as a guide for the catalogues:
 * `{name}` stands for a value.
 */
export const CONVERSATION_TEXTS = {
  'chat.hello': 'Hello! Tell me what to look for, or send me a link to a product.',
  'chat.unknown': 'I did not understand that. You can ask for a product, a watch, deals or your savings.',
  'chat.too-long': 'That is too long for me. Say it in fewer words.',
  'chat.expired': 'I have forgotten what this was about. Please ask again.',
  'chat.cancelled': 'Nothing was changed.',
  'chat.unavailable': 'I cannot look that up right now. Please try again in a minute.',

  'refused.amount':
    'I cannot watch for that price. It must be above 0, at most 9,000,000,000, and have no more decimals than its currency.',
  'refused.percent': 'I cannot watch for that percentage. It must be above 0, with two decimals at most.',
  'refused.words': 'Name it in a few words, please, or send me a link to it.',
  'refused.channel': 'This chat is not linked any more, so nothing can be told here.',
  'refused.gone': 'That is gone already.',
  'refused.too-many': 'That was too much at once. Please try again in a minute.',
  'refused.credits': 'The credits of this account are used up.',
  'refused.otherwise': 'That did not work. Please say it another way.',

  /** A model thinks so; nothing happens before the person says yes. */
  'guess.watch': 'Shall I watch “{words}” for you?',
  'guess.stop': 'Shall I stop watching something?',
  'guess.pause': 'Shall I pause a watch?',
  'guess.resume': 'Shall a paused watch go on?',
  'guess.snooze': 'Shall I be silent about a watch for a while?',

  'search.title': 'Found for “{words}”',
  'search.title-budget': 'Found for “{words}”, {budget}',
  'search.none': 'Nothing known fits “{words}” yet.',
  'search.none-in-budget': 'Nothing known fits “{words}” {budget}. Without the limit there is this:',
  'search.which': 'What are you looking for?',
  'budget.max': 'up to {max}',
  'budget.min': 'from {min}',
  'budget.between': '{min} to {max}',

  'watch.which': 'Which product do you mean?',
  'watch.when': 'When shall I tell you about {title}? It costs {price} now.',
  'watch.when-unpriced': 'Below which price shall I tell you about {title}?',
  'watch.ask-price': 'Write the price below which I shall tell you about {title}.',
  'watch.made': 'I tell you when {title} {condition}.',
  'watch.already': 'That is so already: {title} costs {price}.',
  'watch.below': 'costs less than {price}',
  'watch.lower': 'gets {percent} % cheaper',
  'watch.lowest': 'is cheaper than ever',
  'watch.back': 'can be bought again',
  'watch.unknown-link': 'I do not know this shop. Send a link of a shop that is watched here.',
  'watch.drop-none': 'There is no price to compare with yet.',

  'watches.title': 'Your watches',
  'watches.none': 'You watch nothing yet.',
  'watches.which': 'Which watch do you mean?',
  'watches.paused': '{title} is paused.',
  'watches.resumed': '{title} is watched again.',
  'watches.snoozed': 'Nothing about {title} until {until}.',
  'watches.stop': 'Stop watching {title}?',
  'watches.stopped': '{title} is not watched any more.',
  'watches.paused-all': 'All your watches are paused: {count}.',
  'watches.resumed-all': 'All your watches go on: {count}.',
  'watches.stop-all': 'Delete all your watches? There are {count}.',
  'watches.stopped-all': 'All watches were deleted: {count}.',
  'watches.gone': 'This watch is gone already.',

  'compare.title': 'Compared',
  'compare.too-few': 'I need two products to compare.',
  'compare.not-found': 'I found nothing for {names}, and need two products to compare.',
  'compare.also-not-found': 'I found nothing for {names}.',
  'compare.nearest': 'Nothing is called “{name}” exactly: I took {title}.',
  'compare.name': '“{name}”',
  'compare.same': 'All of that is the same product here: {title}.',
  'similar.title': 'Similar to {title}',
  'similar.none': 'Nothing similar to {title} is known.',

  'variants.title': 'Variants of {title}',
  'variants.none': 'No other variants of {title} are known.',
  'variants.unavailable': 'Variants of {source} cannot be looked up right now. Please try again in a minute.',

  'deals.title': 'Good deals right now',
  'deals.none': 'No good deals right now.',

  'bought.noted': 'Noted: {title} for {price}. You saved {saved} against its usual {usual}.',
  'bought.noted-dearer': 'Noted: {title} for {price}. Its usual price is {usual}.',
  'bought.noted-unknown': 'Noted: {title} for {price}. Its usual price is not known yet.',
  'bought.price-of-now': 'The card named no price, so it is the one of {at}.',
  'bought.undone': 'Not noted any more: {title}.',
  'bought.undone-already': 'That is not noted (any more).',
  'bought.no-price': 'I do not know what {title} costs, so there is nothing to note.',
  'savings.total': '{period}: {count} bought, {saved} saved against usual prices ({paid} paid).',
  'savings.none': '{period}: nothing was marked as bought.',
  'period.this-month': 'This month',
  'period.last-month': 'Last month',
  'period.this-week': 'This week',
  'period.this-year': 'This year',
  'period.ever': 'In all',

  'digest.daily': 'Your digest of today',
  'digest.weekly': 'Your digest of the week',
  'digest.repeated': '(repeated)',
  'digest.best': 'Good right now',
  'digest.limited': 'Only a few left: {title}, {price}',
  'digest.back': 'Can be bought again: {title}, {price}',
  'digest.sold-out': 'Sold out: {title}',
  'digest.fell': '{title} fell {percent} % to {price}',
  'digest.rose': '{title} rose {percent} % to {price}',
  'digest.wait': 'Better wait: {title} will probably cost {price} within {days} days',
  'digest.buy': 'A good time to buy: {title}, {price}',
  'digest.trend-down': '{category}: {percent} % cheaper than five weeks ago',
  'digest.trend-up': '{category}: {percent} % dearer than five weeks ago',
  'digest.new-product': 'New: {title}',
  'digest.season-month':
    '{title} is mostly cheapest in {month}: {percent} % below the months before and after',
  'digest.season-sale': '{title} is on sale about every {every} days: next time probably in {days} days',
  'digest.round-up': 'Alerts since the last digest: {count}',
  'digest.drop': '{title} is really cheaper: {price}, {percent} % below its usual price',
  'digest.near-limit': '{title} is nearly there: {price}, {percent} % above your limit of {limit}',
  'digest.saved': { one: 'Saved with one purchase: {saved}', other: 'Saved with {count} purchases: {saved}' },
  'digest.silences': 'Kept back since the last digest: {count}, of them {reasons}',
  'digest.silence-minimum-score': '{count} below the minimum score',
  'digest.silence-daily-limit': '{count} beyond the limit of a day',
  'digest.silence-gone': '{count} over when quiet hours ended',
  'digest.silence-told': '{count} told from another shop already',
  'digest.silence-hysteresis': '{count} before the price had moved enough',
  'digest.silence-cooldown': '{count} while a watch rested after an alert',
  'digest.silence-daily-cap': '{count} beyond the limit of a watch',
  'digest.silence-snoozed': '{count} of snoozed watches',
  'digest.silence-expired': '{count} of expired watches',
  'digest.silence-late': '{count} too late',
  'digest.silence-no-alerts': '{count} of sources that allow no alerts',

  'button.show': 'Show',
  'button.watch': 'Watch',
  'button.similar': 'Similar',
  'button.bought': 'Bought it',
  'button.not-bought': 'Not bought after all',
  'button.undo': 'Undo',
  'button.settings': 'Settings',
  'button.any': 'Any of these',
  'button.lower': '{percent} % cheaper',
  'button.lowest': 'Cheaper than ever',
  'button.below': 'Below {price}',
  'button.compare': 'Compare these',
  'button.explain': 'Why?',
  'button.snooze': 'Snooze for a day',
  'button.pause': 'Pause',
  'button.resume': 'Go on',
  'button.stop': 'Stop',
  'button.yes': 'Yes',
  'button.no': 'No',
  'button.watches': 'My watches',
  'button.deals': 'Deals',
  'button.savings': 'Savings',
  'button.help': 'Help',
  /** A product or a watch to choose, by its title. */
  'button.title': '{title}',
  'button.watch-as': '{want} · {title}',
  'watch.falls': 'falls by {percent} %',
} as const;
export type TextKey = keyof typeof CONVERSATION_TEXTS | keyof typeof WHY_TEXTS;
