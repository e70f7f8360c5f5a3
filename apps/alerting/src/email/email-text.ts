/** A mail before it has an addressee. */
export interface Letter {
  subject: string;
  text: string;
  html: string;
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

export const page = (title: string, parts: (string | undefined)[]): string =>
  `<!doctype html><html><head><meta charset="utf-8"><title>${escape(title)}</title></head>` +
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
