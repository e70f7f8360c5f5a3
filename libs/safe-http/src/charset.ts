/** How far into a page its own word about its charset may stand (HTML, section 13.2.3.2). */
const SNIFFED_BYTES = 1_024;

/**
 * Text of a body: a byte order mark decides, then the header's charset, then what the text says of itself, then UTF-8.
 * What is said to be UTF-8, or not said to be anything, and holds no such character beyond ASCII is Windows-1252.
 */
export function decodeBody(bytes: Uint8Array, contentType: string | null): string {
  const charset = charsetOfMark(bytes) ?? charsetOf(contentType ?? '') ?? charsetWithin(bytes);
  const decoder = decoderFor(charset ?? 'utf-8');
  const text = decoder.decode(bytes);
  const isMistaken = decoder.encoding === 'utf-8' && text.includes('\ufffd') && !readable.test(text);
  return isMistaken ? new TextDecoder('windows-1252').decode(bytes) : text;
}

/** A character beyond ASCII that is none of those put in place of broken ones. */
const readable = /[^\0-\x7f\ufffd]/;

function charsetOfMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return undefined;
}

const charsetOf = (text: string): string | undefined => /charset\s*=\s*["']?([\w.:-]+)/i.exec(text)?.[1];

/** `<meta charset=…>`, its older form, and `<?xml encoding=…?>`. */
function charsetWithin(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, SNIFFED_BYTES)).toString('latin1');
  const tag = /<meta[^>]*charset[^>]*>/i.exec(start)?.[0];
  if (tag !== undefined) return charsetOf(tag);
  return /^\s*<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)/i.exec(start)?.[1];
}

/** A charset that nobody knows is no reason to lose the page. */
function decoderFor(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder('utf-8');
  }
}
