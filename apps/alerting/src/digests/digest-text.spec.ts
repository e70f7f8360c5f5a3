import type { Reply } from '../conversation/reply.ts';
import { Texts } from '../texts/texts.ts';
import { digestText } from './digest-text.ts';

const price = { amountMinor: 999, currency: 'EUR' };
const reply = (title: string): Reply => ({
  blocks: [
    { kind: 'text', text: { key: 'digest.daily' } },
    { kind: 'text', text: { key: 'digest.limited', values: { title, price } } },
    { kind: 'list', title: { key: 'digest.best' }, items: [], page: 0 },
    { kind: 'help' },
  ],
  replaces: false,
});

it('a digest is told line by line, in the language it was asked for', () => {
  expect(digestText(reply('Lamp'), new Texts('en'))).toBe(
    'Your digest of today\nOnly a few left: Lamp, €9.99\nGood right now',
  );
  expect(digestText(reply('Lamp'), new Texts('de'))).toContain('Nur noch wenige: Lamp');
});

it('a digest of long titles is cut', () => {
  expect(digestText(reply('x'.repeat(5_000)), new Texts('en')).length).toBeLessThanOrEqual(2_000);
});
