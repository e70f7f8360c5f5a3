/** As JSON.stringify writes it, which is how every envelope is written. */
const NAME = Buffer.from('"productId":"');
/** Characters, and bytes, of an id. */
export const ID_LENGTH = 36;

/**
 * The products that an event is about, found in its bytes: decoding, parsing and checking some thousand prices a second
 * only to forget what is kept of them would cost more than all reads. A quote within a text is escaped there, so that
 * no title can look like an id. Answers the ids one behind the other, as they stand there: most are of nothing that is
 * kept, and not even a text is made of those.
 */
export function productsIn(payload: Uint8Array): Buffer {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const found: number[] = [];
  for (let at = bytes.indexOf(NAME); at !== -1; at = bytes.indexOf(NAME, at + ID_LENGTH)) {
    at += NAME.length;
    if (at + ID_LENGTH <= bytes.length) found.push(at);
  }
  const ids = Buffer.allocUnsafe(found.length * ID_LENGTH);
  for (const [place, at] of found.entries()) bytes.copy(ids, place * ID_LENGTH, at, at + ID_LENGTH);
  return ids;
}

/** The id at a place of what `productsIn` found. */
export const idAt = (ids: Buffer, at: number): string => ids.toString('latin1', at, at + ID_LENGTH);
