/** Bytes of which a charset can be told with confidence. */
const HEAD_BYTES = 65_536;

/** The text of a feed and the charset that it turned out to be in, which may become clear only later. */
export interface FeedText {
  chunks: AsyncIterable<string>;
  charset(): string;
}

/**
 * Decodes piece by piece: a byte order mark decides, then what the settings say, then NULs (UTF-16), then whether
 * the bytes are UTF-8; the rest is Windows-1252, which Excel and old shops write.
 */
export function feedText(bytes: AsyncIterable<Uint8Array>, stated: string | undefined): FeedText {
  let charset = stated ?? 'utf-8';
  async function* chunks(): AsyncGenerator<string> {
    const source = bytes[Symbol.asyncIterator]();
    let decoder: ((chunk: Uint8Array, isLast: boolean) => string) | undefined;
    let held: Uint8Array = new Uint8Array(0);
    try {
      for (;;) {
        const next = await source.next();
        const chunk = next.done ? new Uint8Array(0) : next.value;
        if (!decoder) {
          held = Buffer.concat([held, chunk]);
          if (held.length < HEAD_BYTES && !next.done) continue;
          charset = charsetOf(held, stated);
          decoder = decoderOf(charset, stated !== undefined, (other) => (charset = other));
        }
        const text = decoder(held.length > 0 ? held : chunk, next.done === true);
        held = new Uint8Array(0);
        if (text !== '') yield text;
        if (next.done) return;
      }
    } finally {
      await source.return?.();
    }
  }
  return { chunks: chunks(), charset: () => charset };
}

function charsetOf(head: Uint8Array, stated: string | undefined): string {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (stated !== undefined) return new TextDecoder(stated).encoding;
  // Half of Latin text in UTF-16 are NULs, and no other charset has any.
  const sample = head.subarray(0, 1_024);
  const nuls = (offset: number): number =>
    sample.filter((byte, index) => index % 2 === offset && byte === 0).length;
  if (nuls(1) > sample.length / 5) return 'utf-16le';
  if (nuls(0) > sample.length / 5) return 'utf-16be';
  return 'utf-8';
}

/** As long as all was ASCII, bytes that are no UTF-8 only mean that it is Windows-1252. */
function decoderOf(
  charset: string,
  isStated: boolean,
  turnsOutAs: (charset: string) => void,
): (chunk: Uint8Array, isLast: boolean) => string {
  if (charset !== 'utf-8' || isStated) {
    const decoder = new TextDecoder(charset);
    return (chunk, isLast) => decoder.decode(chunk, { stream: !isLast });
  }
  let decoder = new TextDecoder('utf-8', { fatal: true });
  let isCertain = false;
  let tail: Uint8Array = new Uint8Array(0);
  return (chunk, isLast) => {
    const whole = Buffer.concat([tail, chunk]);
    const end = isLast ? whole.length : whole.length - unfinished(whole);
    tail = whole.subarray(end);
    const bytes = whole.subarray(0, end);
    try {
      const text = decoder.decode(bytes, { stream: true });
      isCertain ||= bytes.some((byte) => byte > 0x7f);
      return text;
    } catch {
      const other = isCertain ? 'utf-8' : 'windows-1252';
      if (!isCertain) turnsOutAs(other);
      // Once it was UTF-8 a wrong byte is a wrong byte: one character is lost, not the file.
      decoder = new TextDecoder(other);
      return decoder.decode(bytes, { stream: true });
    }
  };
}

/** Bytes of a character of UTF-8 that is cut off at the end. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes.at(-back)!;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return back < length ? back : 0;
  }
  return 0;
}
