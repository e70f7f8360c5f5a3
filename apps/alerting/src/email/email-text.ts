import type { Texts } from '../texts/texts.ts';

/** A mail before it has an addressee. */
export interface Letter {
  subject: string;
  text: string;
  html: string;
}

/** What an address gets before it is confirmed; the code stands in the subject, where it is read first. */
export const codeLetter = (code: string, texts: Texts): Letter => ({
  subject: texts.say('mail.code-subject', { code }),
  ...plain(
    [texts.say('mail.code-why'), texts.say('mail.code-how', { code }), texts.say('mail.code-else')],
    texts,
  ),
});

export const testLetter = (texts: Texts): Letter => ({
  subject: texts.say('mail.test-subject'),
  ...plain([texts.say('mail.test')], texts),
});

const plain = (lines: string[], { language }: Texts): Pick<Letter, 'text' | 'html'> => ({
  text: `${lines.join('\n\n')}\n`,
  html: page(
    { title: 'Souk', language },
    lines.map((line) => `<p>${escape(line)}</p>`),
  ),
});

export const page = (
  { title, language }: { title: string; language: string },
  parts: (string | undefined)[],
): string =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escape(title)}</title></head>` +
  `<body style="font-family:sans-serif;max-width:560px">${parts.filter(Boolean).join('\n')}</body></html>\n`;

export const oneLine = (text: string, max: number): string => {
  const line = text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
};

export const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
