const supportedTags = new Set([
  'b',
  'strong',
  'i',
  'em',
  'u',
  'ins',
  's',
  'strike',
  'del',
  'span',
  'tg-spoiler',
  'a',
  'tg-emoji',
  'code',
  'pre',
  'blockquote',
]);
const namedEntities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/**
 * Reads a text in Telegram's HTML style: the text without tags (what its limits count), or Telegram's own words
 * about what cannot be parsed.
 */
export function readChatHtml(html: string): { text: string } | { problem: string } {
  const open: string[] = [];
  let text = '';
  for (let at = 0; at < html.length;) {
    const sign = html[at]!;
    if (sign === '<') {
      const end = html.indexOf('>', at);
      const offset = Buffer.byteLength(html.slice(0, at));
      if (end < 0) return { problem: `Unclosed start tag at byte offset ${offset}` };
      const problem = readTag(html.slice(at + 1, end), offset, open);
      if (problem !== undefined) return { problem };
      at = end + 1;
    } else if (sign === '&') {
      const entity = /^&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|amp|quot));/i.exec(html.slice(at, at + 12));
      text += entity ? decoded(entity) : '&';
      at += entity ? entity[0].length : 1;
    } else {
      text += sign;
      at += 1;
    }
  }
  const unclosed = open.pop();
  if (unclosed !== undefined)
    return { problem: `Can't find end tag corresponding to start tag "${unclosed}"` };
  return { text };
}

/** Opens or closes a tag; answers with the problem if there is one. */
function readTag(inside: string, offset: number, open: string[]): string | undefined {
  const closing = /^\/\s*([a-z0-9-]*)\s*$/i.exec(inside);
  if (closing) {
    const expected = open.pop();
    const found = closing[1]!.toLowerCase();
    if (expected === undefined) return `Unexpected end tag at byte offset ${offset}`;
    if (found !== expected)
      return `Unmatched end tag at byte offset ${offset}, expected "</${expected}>", found "</${found}>"`;
    return undefined;
  }
  const name = (/^[a-z0-9-]*/i.exec(inside)?.[0] ?? '').toLowerCase();
  if (!supportedTags.has(name)) return `Unsupported start tag "${name}" at byte offset ${offset}`;
  const attributes = inside.slice(name.length);
  if (name === 'span' && !/^\s+class=["']tg-spoiler["']\s*$/.test(attributes)) {
    return `Tag "span" must have class "tg-spoiler" at byte offset ${offset}`;
  }
  if (!/^(\s+[\w-]+(\s*=\s*("[^"]*"|'[^']*'|[\w.-]+))?)*\s*$/.test(attributes)) {
    return `Unexpected character in attributes of tag "${name}" at byte offset ${offset}`;
  }
  open.push(name);
  return undefined;
}

function decoded(entity: RegExpExecArray): string {
  const [, decimal, hex, name] = entity;
  if (name !== undefined) return namedEntities[name.toLowerCase()]!;
  const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
  return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
}
