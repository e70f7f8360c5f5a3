import * as fc from 'fast-check';
import { generateApiKey, hashApiKey, isWellFormedApiKey } from './api-key.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.split('');
/** The number that a key's 22 base-62 digits write, without the checksum. */
const secretOf = (key: string): bigint =>
  key
    .slice(5, 5 + 22)
    .split('')
    .reduce((sum, digit) => sum * 62n + BigInt(ALPHABET.indexOf(digit)), 0n);

/** How many bits vary freely: the rank, by XOR, of how the numbers differ from the first one. */
function freeBitsOf([first, ...others]: bigint[]): number {
  const basis: bigint[] = [];
  for (const other of others) {
    let rest = other ^ first!;
    for (const one of basis) if ((rest ^ one) < rest) rest ^= one;
    if (rest > 0n) basis.push(rest);
  }
  return basis.length;
}

const Key = fc.noShrink(fc.constant(undefined)).map(generateApiKey);

it('every generated key is well-formed, and no two are alike', () => {
  const keys = Array.from({ length: 2_000 }, generateApiKey);
  for (const key of keys) expect(key).toMatch(/^souk_[0-9A-Za-z]{28}$/);
  expect(keys.every(isWellFormedApiKey)).toBe(true);
  expect(new Set(keys).size).toBe(keys.length);
});

it('holds 128 random bits: none stands still, and none follows from others', () => {
  const secrets = Array.from({ length: 2_000 }, generateApiKey).map(secretOf);
  const [ones, zeros] = [secrets.reduce((a, b) => a | b), secrets.reduce((a, b) => a & b)];
  expect([ones, zeros]).toEqual([2n ** 128n - 1n, 0n]);
  expect(freeBitsOf(secrets)).toBe(128);
});

it('the checksum detects every change of a single character', () => {
  const key = generateApiKey();
  let changes = 0;
  for (let place = 5; place < key.length; place++) {
    for (const character of ALPHABET) {
      if (character === key[place]) continue;
      const changed = key.slice(0, place) + character + key.slice(place + 1);
      changes += 1;
      if (isWellFormedApiKey(changed)) throw new Error(`${changed} passes for ${key}`);
    }
  }
  expect(changes).toBe(28 * 61);
});

it('any single change of any key is detected: replaced, left out, doubled or swapped with its neighbour', () => {
  fc.assert(
    fc.property(
      Key,
      fc.integer({ min: 5, max: 31 }),
      fc.constantFrom(...ALPHABET),
      (key, place, character) => {
        const [before, at, next, after] = [
          key.slice(0, place),
          key[place],
          key[place + 1],
          key.slice(place + 2),
        ];
        const changed = [
          `${before}${character}${next}${after}`,
          `${before}${next}${after}`,
          `${before}${at}${at}${next}${after}`,
          `${before}${next}${at}${after}`,
        ];
        return changed.every((text) => text === key || !isWellFormedApiKey(text));
      },
    ),
    { numRuns: 2_000 },
  );
});

it.each([
  '',
  'souk_',
  'souk_x',
  `sk_live_${'a'.repeat(28)}`,
  ` ${generateApiKey()}`,
  `${generateApiKey()}\n`,
])('what has not the form of a key is none: %j', (text) => {
  expect(isWellFormedApiKey(text)).toBe(false);
});

it('the hash is the SHA-256 of the key in lower-case hex', () => {
  expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
