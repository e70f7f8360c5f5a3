import type { Alert } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import type { Money } from '../conversation/reply.ts';

/** A mail before it has an addressee. */
export interface Letter {
  subject: string;
  text: string;
  html: string;
}

const MAX_SUBJECT = 150;

/** An alert as a mail: foreign text is escaped, and no line of the head can be broken out of. */
export function alertLetter(alert: Alert, unsubscribe: string | undefined, priceNow?: Money): Letter {
  const { currency, previousPriceMinor } = alert;
  const title = alert.title ?? `${alert.source} ${alert.product}`;
  const price = `${formatAmount(alert.priceMinor, currency)} ${currency}`;
  const before = previousPriceMinor === null ? '' : `, before ${formatAmount(previousPriceMinor, currency)}`;
  const now =
    priceNow && priceNow.amountMinor !== alert.priceMinor
      ? `Now ${formatAmount(priceNow.amountMinor, priceNow.currency)} ${priceNow.currency}`
      : undefined;
  const where = [alert.source, alert.product, alert.seller].filter((part) => part !== null).join(' · ');
  const seen = `${alert.observedAt.slice(0, 16).replace('T', ' ')} UTC`;
  const link = alert.url !== null && /^https?:\/\//i.test(alert.url) ? alert.url : undefined;
  const reasons = alert.reasons.map(({ sentence }) => sentence);
  const image = alert.image !== null && /^https:\/\//i.test(alert.image) ? alert.image : undefined;
  return {
    subject: oneLine(`${price}: ${title}`, MAX_SUBJECT),
    text: [
      title,
      `${price}${before}`,
      ...(now === undefined ? [] : [now]),
      '',
      ...reasons.map((reason) => `- ${reason}`),
      '',
      `${where} · ${seen}`,
      ...(link ? [link] : []),
      ...(unsubscribe ? ['', `No more mails: ${unsubscribe}`] : []),
      '',
    ].join('\n'),
    html: page(title, [
      image && `<img src="${escape(image)}" alt="" width="160" style="max-width:160px;height:auto">`,
      `<h1 style="font-size:18px;margin:8px 0">${escape(title)}</h1>`,
      `<p style="font-size:22px;margin:8px 0"><strong>${escape(price)}</strong><span style="color:#555;font-size:14px">${escape(before)}</span></p>`,
      now && `<p style="font-size:16px;margin:8px 0">${escape(now)}</p>`,
      `<ul>${reasons.map((reason) => `<li>${escape(reason)}</li>`).join('')}</ul>`,
      link && `<p><a href="${escape(link)}" rel="noreferrer">Open the offer</a></p>`,
      `<p style="color:#555;font-size:12px">${escape(`${where} · ${seen}`)}</p>`,
      unsubscribe && `<p style="font-size:12px"><a href="${escape(unsubscribe)}">No more mails</a></p>`,
    ]),
  };
}

export function codeLetter(code: string): Letter {
  const lines = [
    'Somebody wants alerts of a Souk installation sent to this address.',
    `If that was you, confirm it with this code within an hour: ${code}`,
    'If it was not, do nothing: no other mail will come.',
  ];
  return { subject: `${code} confirms this address`, ...plain(lines) };
}

export const testLetter = (): Letter => ({
  subject: 'A test from Souk',
  ...plain(['A test from Souk: alerts will come to this address.']),
});

const plain = (lines: string[]): Pick<Letter, 'text' | 'html'> => ({
  text: `${lines.join('\n\n')}\n`,
  html: page(
    'Souk',
    lines.map((line) => `<p>${escape(line)}</p>`),
  ),
});

const page = (title: string, parts: (string | undefined)[]): string =>
  `<!doctype html><html><head><meta charset="utf-8"><title>${escape(title)}</title></head>` +
  `<body style="font-family:sans-serif;max-width:560px">${parts.filter(Boolean).join('\n')}</body></html>\n`;

const oneLine = (text: string, max: number): string => {
  const line = text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
};

const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
