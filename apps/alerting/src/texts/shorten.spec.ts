import * as fc from 'fast-check';
import { cut, shorten } from './shorten.ts';

it('a cut text ends in a whole character', () => {
  expect(cut('ab', 2)).toBe('ab');
  expect(cut('abc', 2)).toBe('a…');
  expect(cut('a😀bc', 3)).toBe('a…');
});

it('is shortened at a sentence, else at a word, else anywhere', () => {
  expect(shorten('One thing. Another thing.', 25)).toBe('One thing. Another thing.');
  expect(shorten('One thing. Another thing.', 20)).toBe('One thing. …');
  expect(shorten('many words without any end', 20)).toBe('many words without …');
  expect(shorten('x'.repeat(30), 10)).toBe(`${'x'.repeat(9)}…`);
});

it('is never longer than asked for, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.integer({ min: 4, max: 100 }),
      (text, max) => {
        expect(shorten(text, max).length).toBeLessThanOrEqual(max);
        expect(shorten(text, max) === text).toBe(text.length <= max);
      },
    ),
  );
});
