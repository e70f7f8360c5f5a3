import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/** The key is made from the caller's API key, of which only a hash is kept anywhere: no one else can read it again. */
const keyFrom = (apiKey: string, context: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', apiKey, context, 'souk idempotent answer', 32));

/** Seals an answer for the holder of the API key. `context` is public and ties it to its request. */
export function seal(text: string, apiKey: string, context: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, keyFrom(apiKey, context), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** The answer, or undefined when another key sealed it, for another request, or it was changed. */
export function unseal(sealed: Buffer, apiKey: string, context: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv(CIPHER, keyFrom(apiKey, context), sealed.subarray(0, IV_BYTES));
    decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = [decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
    return Buffer.concat(text).toString('utf8');
  } catch {
    return undefined;
  }
}
