import type { Alert } from '@souk/contracts';
import { formatAmount } from '@souk/money';

/** Telegram's limit of a text, counted without its mark-up. */
const MAX_TEXT = 4_096;
const MAX_TITLE = 300;
const MAX_LINE = 500;

export interface TelegramMessage {
  html: string;
  button: { text: string; url: string } | undefined;
}

/** An alert as a chat message: everything foreign is escaped and cut to Telegram's limits. */
export function alertMessage(alert: Alert, possibleRepeat: boolean): TelegramMessage {
  const { currency } = alert;
  const price = `${formatAmount(alert.priceMinor, currency)} ${currency}`;
  const before =
    alert.previousPriceMinor === null ? '' : ` (before ${formatAmount(alert.previousPriceMinor, currency)})`;
  const where = [alert.source, alert.product, alert.seller].filter((part) => part !== null).join(' · ');
  const seenAt = `${alert.observedAt.slice(0, 16).replace('T', ' ')} UTC`;
  const lines = [
    `${bold(cut(alert.title ?? `${alert.source} ${alert.product}`, MAX_TITLE))}${possibleRepeat ? ' <i>(repeated)</i>' : ''}`,
    escape(`${price}${before}`),
    ...alert.reasons.map((reason) => `• ${escape(cut(reason.sentence, MAX_LINE))}`),
    escape(cut(`${where} · ${seenAt}`, MAX_LINE)),
  ];
  return { html: withinLimit(lines), button: buttonOf(alert.url) };
}

/** Drops lines from the end while the text is too long; the first ones say the most. */
function withinLimit(lines: string[]): string {
  let kept = lines;
  // Mark-up and escapes only make it longer than what Telegram counts, so this errs to the safe side.
  while (kept.length > 1 && kept.join('\n').length > MAX_TEXT) kept = kept.slice(0, -1);
  return kept.join('\n');
}

/** Telegram refuses a whole message for a button whose host is no public name. */
function buttonOf(url: string | null): TelegramMessage['button'] {
  if (url === null || !URL.canParse(url)) return undefined;
  const { protocol, hostname } = new URL(url);
  const isPublicName = /^[^:]*\.[a-z][a-z0-9-]*$/i.test(hostname);
  return /^https?:$/.test(protocol) && isPublicName ? { text: 'Open the offer', url } : undefined;
}

/** A text of at most `max` UTF-16 units, without half a character at its end. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const bold = (text: string): string => `<b>${escape(text)}</b>`;
