import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 22; // 22 base-62 digits hold 130 bits: 128 random ones fit
const CHECKSUM_LENGTH = 6; // 6 base-62 digits hold a CRC-32
const SHAPE = new RegExp(`^souk_[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`);

function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest /= 62n) text = ALPHABET[Number(rest % 62n)] + text;
  return text;
}

const checksum = (secret: string): string => base62(BigInt(crc32(secret)), CHECKSUM_LENGTH);

/** A new API key: `souk_`, 128 random bits, and a checksum so that a mistyped key is told apart without a look-up. */
export function generateApiKey(): string {
  const secret = base62(BigInt(`0x${randomBytes(16).toString('hex')}`), SECRET_LENGTH);
  return `souk_${secret}${checksum(secret)}`;
}

/** Whether a text has the form and the checksum of a key; says nothing of whether the key exists. */
export function isWellFormedApiKey(text: string): boolean {
  if (!SHAPE.test(text)) return false;
  const secret = text.slice(5, 5 + SECRET_LENGTH);
  return text.slice(5 + SECRET_LENGTH) === checksum(secret);
}

/** SHA-256 of a key in hex: all that is ever stored. A slow hash would add nothing to 128 random bits. */
export const hashApiKey = (key: string): string => hash('sha256', key);
