/**
 * JSON as shops write it into their pages: numbers become the text that they were written as (no digit is lost), and
 * where the text is no JSON it is read once more with its usual slips repaired. Undefined when nothing helps.
 */
export function parseSloppyJson(text: string): unknown {
  const body = withoutWrapping(text);
  if (body === '') return undefined;
  const simplest = [
    body,
    () => repaired(body),
    () => repaired(decodedEntities(body)),
    () => repaired(body, true),
  ];
  for (const candidate of [...simplest, () => inOneList(repaired(body, true))]) {
    const document = parse(typeof candidate === 'string' ? candidate : candidate());
    // `null` is a document too: nothing is to be repaired about it
    if (document !== undefined) return document;
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, keepNumbersAsWritten);
  } catch {
    return undefined;
  }
}

function keepNumbersAsWritten(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value;
}

/** CDATA and HTML comments that hide a whole script from old readers. */
function withoutWrapping(text: string): string {
  const body = text.replace(/^\ufeff/u, '').trim();
  const isWrapped = !body.includes('-->') || /-->\s*(?:\*\/)?$/u.test(body);
  const opening = isWrapped
    ? /^(?:\/\/|\/\*)?\s*(?:<!--|<!\[CDATA\[)\s*(?:\*\/)?/u
    : /^(?:\/\/|\/\*)?\s*<!\[CDATA\[/u;
  return body
    .replace(opening, '')
    .replace(/(?:\/\/|\/\*)?\s*(?:-->|\]\]>)\s*(?:\*\/)?$/u, '')
    .replace(/;\s*$/u, '')
    .trim();
}

function decodedEntities(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** Several documents one after the other, or a list without its commas. */
const inOneList = (text: string): string => `[${text.replaceAll(/\}[\s;]*\{/gu, '},{')}]`;

const whiteSpace = /\s/u;
const controlEscapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * One pass: comments and commas before a bracket go, raw control characters in strings are escaped, an escape that
 * JSON does not know becomes its character, a string in single quotes gets double ones. With `hasQuotesInside` a quote
 * ends its string only where JSON can go on: 'a 29" screen'.
 */
function repaired(text: string, hasQuotesInside = false): string {
  const out: string[] = [];
  let index = 0;
  while (index < text.length) {
    const char = text[index]!;
    if (char === '"' || (char === "'" && isValueStart(out)))
      index = copyString(text, index, out, hasQuotesInside);
    else if (text.startsWith('//', index) || text.startsWith('/*', index) || text.startsWith('<!--', index)) {
      index = endOfComment(text, index);
    } else {
      if (char === '}' || char === ']') dropComma(out);
      if (!isControl(char) || whiteSpace.test(char)) out.push(char);
      index += 1;
    }
  }
  return out.join('');
}

const isControl = (char: string): boolean => char < ' ' || char === '\u007f';

function isValueStart(out: readonly string[]): boolean {
  return /[[{:,]/u.test(out.findLast((part) => !whiteSpace.test(part)) ?? '[');
}

function dropComma(out: string[]): void {
  let last = out.length - 1;
  while (last >= 0 && whiteSpace.test(out[last]!)) last -= 1;
  if (out[last] === ',') out.splice(last, 1);
}

function endOfComment(text: string, start: number): number {
  const mark = text.startsWith('//', start) ? '\n' : text.startsWith('/*', start) ? '*/' : '-->';
  const end = text.indexOf(mark, start + 2);
  return end < 0 ? text.length : end + mark.length;
}

/** What may follow the quote that ends a string: the next name or value, or the end of what it is in. */
const goesOn = /\s*(?:[:}\]]|,\s*(?:["'{[\d}\]-]|true|false|null)|$)/uy;

function endsString(text: string, at: number): boolean {
  goesOn.lastIndex = at + 1;
  return goesOn.test(text);
}

function copyString(text: string, start: number, out: string[], hasQuotesInside: boolean): number {
  const quote = text[start]!;
  out.push('"');
  let index = start + 1;
  for (; index < text.length; index += 1) {
    const char = text[index]!;
    if (char === quote && (!hasQuotesInside || endsString(text, index))) break;
    if (char === '\\') {
      index += 1;
      out.push(escaped(text, index));
    } else if (char === '"') out.push('\\"');
    else if (isControl(char)) out.push(controlEscapes[char] ?? '');
    else out.push(char);
  }
  out.push('"');
  return index + 1;
}

function escaped(text: string, index: number): string {
  const char = text[index] ?? '';
  if (char === 'u' && !/^[\da-f]{4}$/iu.test(text.slice(index + 1, index + 5))) return 'u';
  if (char === "'") return "'";
  if (isControl(char)) return controlEscapes[char] ?? '';
  return '"\\/bfnrtu'.includes(char) ? `\\${char}` : char;
}
