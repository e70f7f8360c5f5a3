import type { Tx } from '@souk/service';
import { htmlOf, MAX_TEXT } from './html.ts';
import { type TelegramMessage, textMessage } from './message.ts';
import type { Carousel } from './carousel-message.ts';

/** What an update is answered with. */
export interface Answer {
  messages: readonly TelegramMessage[];
  carousels?: readonly Carousel[];
  /** The first message takes the place of the one whose button was pressed. */
  replaces?: boolean;
  /** Shown at the pressed button for a moment. */
  toast?: string;
  /** What the answer changes, in the transaction that stores it; may add messages. No remote calls. */
  within?: (tx: Tx) => Promise<TelegramMessage[]>;
}

/** One plain text. */
export const say = (text: string): Answer => ({ messages: [plainMessage(text)] });

export const plainMessage = (text: string): TelegramMessage => textMessage(htmlOf([{ text }], MAX_TEXT));
