/** As JSON.stringify writes it, which is how every envelope is written. */
const NAME = Buffer.from('"productId":"');
const ID_LENGTH = 36;

/**
 * The products that an event is about, found in its bytes: decoding, parsing and checking some thousand prices a second
 * only to forget what is kept of them would cost more than all reads. A quote within a text is escaped there, so that
 * no title can look like an id.
 */
export function productsIn(payload: Uint8Array): Set<string> {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const found = new Set<string>();
  for (let at = bytes.indexOf(NAME); at !== -1; at = bytes.indexOf(NAME, at + ID_LENGTH)) {
    at += NAME.length;
    found.add(bytes.toString('latin1', at, at + ID_LENGTH));
  }
  return found;
}
