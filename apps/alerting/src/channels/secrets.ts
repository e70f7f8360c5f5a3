import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, randomInt } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts what chats and webhooks are reached with; the id of its owner (channel, workspace) is bound in, so that a
 * moved secret does not open.
 */
export class SecretBox {
  private readonly key: Buffer;

  constructor(rootSecret: string) {
    this.key = Buffer.from(hkdfSync('sha256', rootSecret, 'souk-alerting', 'channel-secrets', 32));
  }

  /** Version, nonce, tag, text. */
  seal(text: string, ownerId: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce).setAAD(Buffer.from(ownerId));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]);
  }

  /** Throws when SOUK_SECRET is another one than when it was sealed. */
  open(sealed: Buffer, ownerId: string): string {
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(ownerId))
      .setAuthTag(tag);
    try {
      const text = decipher.update(sealed.subarray(1 + NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch {
      throw new Error('a stored secret does not open: SOUK_SECRET is not the one it was stored with');
    }
  }
}

/** A signing secret as Standard Webhooks has them: 192 random bits. */
export const newSigningSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;

/** How long a code that ties a chat is good for. */
export const LINK_CODE_VALID_MS = 60 * 60_000;

/** A code that ties a chat: 128 random bits in characters that a Telegram link may carry. */
export const newLinkCode = (): string => randomBytes(16).toString('base64url');

/** All that is stored of a code. */
export const hashLinkCode = (code: string): Buffer => createHash('sha256').update(code).digest();

/** Letters and digits that are not mistaken for each other. */
const SHORT_ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const SHORT_CODE_LENGTH = 8;

/** A code for people to copy; only good where few guesses are allowed. */
export const newShortCode = (): string =>
  Array.from({ length: SHORT_CODE_LENGTH }, () => SHORT_ALPHABET[randomInt(SHORT_ALPHABET.length)]).join('');
