import * as fc from 'fast-check';
import { escapeHtml, htmlOf, type Line } from './html.ts';

/** What Telegram counts: without mark-up, with characters for entities. */
const shown = (html: string): string =>
  html
    .replaceAll(/<\/?(b|i|pre)>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

const foreign = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 900 }),
  fc.string({ unit: fc.constantFrom('<', '&', '"', '😀', 'a', '>', '. ', '\n', '\uD83D'), maxLength: 900 }),
);
const line: fc.Arbitrary<Line> = fc.record({
  text: foreign,
  look: fc.constantFrom('b', 'i', undefined),
});

it('stays within the limit and well-formed, whatever stands in it', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      foreign,
      fc.constantFrom(1_024, 4_096),
      (lines, title, max) => {
        const html = htmlOf([{ text: title.slice(0, 200), look: 'b', isKept: true }, ...lines], max);
        expect(shown(html).length).toBeLessThanOrEqual(max);
        expect(html.replaceAll(/<(b|i)>[^<]*<\/\1>/g, '')).not.toMatch(/[<>"]|&(?!(lt|gt|quot|amp);)/);
        expect(html.isWellFormed()).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

it('kept lines stay; of the others the first, the last one shortened at a sentence', () => {
  const sentence = 'This is a sentence. ';
  const html = htmlOf(
    [
      { text: 'Title', look: 'b', isKept: true },
      { text: sentence.repeat(3) },
      { text: sentence.repeat(3) },
      { text: 'never seen' },
      { text: 'foot', isKept: true },
    ],
    120,
  );
  expect(html.split('\n')).toEqual([
    '<b>Title</b>',
    sentence.repeat(3).trim(),
    `${sentence.repeat(2).trim()} …`,
    'foot',
  ]);
});

it('what is no character is taken out, line breaks are not', () => {
  expect(escapeHtml('a\u0000b\nc\uD800<')).toBe('a b\nc\uFFFD&lt;');
});
