import { cardOfAlert, cardOfProduct } from '../cards/card.ts';
import { sampleAlert, sampleDeal, sampleProduct } from '../cards/samples.ts';
import { productItem } from '../conversation/turn.ts';
import { Texts } from '../texts/texts.ts';
import { cardMessage } from './card-message.ts';

it('a card tells by the clock of the chat when its price was seen', () => {
  const card = cardOfAlert({ ...sampleAlert, observedAt: '2026-01-01T20:05:00.000Z' });
  const now = new Date('2026-01-01T20:15:00.000Z');
  const footIn = (timeZone?: string) =>
    cardMessage(card, { texts: new Texts('en', timeZone), now })
      .html.split('\n')
      .at(-1);
  expect(footIn('Asia/Kolkata')).toContain('2026-01-02 01:35 GMT+5:30');
  expect(footIn()).toContain('2026-01-01 20:05 UTC');
});

it('what is noted as bought is the price that the card shows, whatever it is when the button is pressed', () => {
  const card = cardOfProduct(sampleProduct, { ...sampleDeal, priceMinor: 12_379, currency: 'USD' });
  const { choices } = productItem(card.productId);
  const look = { texts: new Texts('en'), now: new Date(sampleDeal.observedAt) };
  for (const { keyboard } of [cardMessage(card, look), cardMessage(card, { ...look, choices })])
    expect(keyboard.flat()).toContainEqual({
      text: 'Bought it',
      data: expect.stringMatching(/^bought-at:[\w-]{22}:12379:USD$/),
    });
});
