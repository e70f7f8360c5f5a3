const PRODUCT_ID = /"productId"\s*:\s*"([0-9a-f-]{36})"/g;

/**
 * The products that an event is about, found in its text: parsing and checking some thousand prices a second only to
 * forget what is kept of them would cost more than all reads. A quote within a text is escaped there, so that no
 * title can look like an id.
 */
export function productsIn(payload: string): Set<string> {
  const found = new Set<string>();
  for (const match of payload.matchAll(PRODUCT_ID)) found.add(match[1]!);
  return found;
}
