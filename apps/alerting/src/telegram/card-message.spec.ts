import { cardOfAlert } from '../cards/card.ts';
import { sampleAlert } from '../cards/samples.ts';
import { Texts } from '../texts/texts.ts';
import { cardMessage } from './card-message.ts';

it('a card tells by the clock of the chat when its price was seen', () => {
  const card = cardOfAlert({ ...sampleAlert, observedAt: '2026-01-01T20:05:00.000Z' });
  const now = new Date('2026-01-01T20:15:00.000Z');
  const footIn = (timeZone?: string) =>
    cardMessage(card, { texts: new Texts('en', timeZone), now }).html.split('\n').at(-1);
  expect(footIn('Asia/Kolkata')).toContain('2026-01-02 01:35 GMT+5:30');
  expect(footIn()).toContain('2026-01-01 20:05 UTC');
});
