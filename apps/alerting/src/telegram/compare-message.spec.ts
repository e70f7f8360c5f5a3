import { cardOfProduct } from '../cards/card.ts';
import { sampleDeal, sampleProduct } from '../cards/samples.ts';
import { Texts } from '../texts/texts.ts';
import { compareMessage } from './compare-message.ts';

const card = (usualPercent: number | null) =>
  cardOfProduct(sampleProduct, { ...sampleDeal, discount: { ...sampleDeal.discount, usualPercent } });
const table = (language: 'en' | 'de'): string | undefined => {
  const cards = [card(29.3), card(-32), card(null)];
  const message = compareMessage(cards, {
    title: '',
    texts: new Texts(language),
    head: [],
    carouselId: sampleProduct.id,
  });
  return message.html.split('\n').find((line) => /usual|üblich/u.test(line));
};

describe('a comparison', () => {
  it('shows what is saved against the usual price; a price above it is no saving with a minus', () => {
    expect(table('en')).toMatch(/^Below usual +29\s% +no +–$/u);
    expect(table('de')).toMatch(/^Unter üblich +29\s% +nein +–$/u);
  });
});
