import type { Language } from '../texts/languages.ts';
import type { Texts } from '../texts/texts.ts';

/** Telegram allows 64 bytes of data behind a button. */
export type Button = { text: string } & ({ url: string } | { data: string });

/** Where a picture comes from; a chart is drawn just before it is sent. */
export type Picture =
  | { kind: 'url'; url: string }
  | ({ kind: 'chart'; productId: string; title: string } & DrawnFor)
  /** A price index; its few points travel with the message. */
  | ({ kind: 'index'; title: string; points: readonly { atMs: number; value: number | null }[] } & DrawnFor);

/** Whose language and days a chart has; English and UTC unless given. */
interface DrawnFor {
  language?: Language;
  timeZone?: string;
}

/** One message, within all limits; it can be stored, for it holds no bytes. */
export interface TelegramMessage {
  html: string;
  /** Tried in this order; when none can be shown the message goes without. */
  pictures: readonly Picture[];
  keyboard: readonly (readonly Button[])[];
}

/** A chart in the language and days of whoever the texts are for. */
export const drawnFor = ({ language, timeZone }: Texts): Required<DrawnFor> => ({ language, timeZone });

/** A message without pictures. */
export const textMessage = (html: string, keyboard: TelegramMessage['keyboard'] = []): TelegramMessage => ({
  html,
  pictures: [],
  keyboard,
});

/** Where a message goes. */
export interface Place {
  chatId: number;
  /** The topic of a group. */
  threadId: number | null;
}

/** The conversation of a place, as its memory is named. */
export const conversationAt = ({ chatId, threadId }: Place): string =>
  `telegram:${chatId}${threadId === null ? '' : `/${threadId}`}`;

/** The message whose place it takes. */
export interface Replaced {
  messageId: number;
  isPhoto: boolean;
}

const MAX_LABEL = 60;
const cutLabel = (text: string): string =>
  text.length <= MAX_LABEL ? text : `${text.slice(0, MAX_LABEL - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

/** Buttons in rows of so many. */
export function rowsOf(buttons: readonly Button[], inRow: number): Button[][] {
  const labelled = buttons.map((button) => ({ ...button, text: cutLabel(button.text.toWellFormed()) }));
  return Array.from({ length: Math.ceil(labelled.length / inRow) }, (_, row) =>
    labelled.slice(row * inRow, (row + 1) * inRow),
  );
}

/** Telegram refuses a whole message for a button, or a picture, whose host is no public name. */
export function isPublicAddress(url: string): boolean {
  if (url.length > 2_048 || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return /^https?:$/.test(protocol) && /^[^:]*\.[a-z][a-z0-9-]*$/i.test(hostname);
}
