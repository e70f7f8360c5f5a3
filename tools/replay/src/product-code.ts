import { createHash } from 'node:crypto';

/**
 * A readable code for a product that its source gave none: words of the key, then a hash of all of it, so that two
 * keys never share a code and the same key has the same code in every run. At most 100 characters.
 */
export function productCode(keyParts: readonly string[]): string {
  const key = keyParts.join('|');
  const words = key
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80);
  return `${words}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
}
