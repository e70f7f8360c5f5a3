import { Texts } from '../texts/texts.ts';
import { cardOfAlert, cardOfProduct } from './card.ts';
import { cardTexts, reasonText } from './card-texts.ts';
import { sampleAlert, sampleDeal, sampleProduct } from './samples.ts';

const now = new Date('2026-01-02T03:06:30.000Z');
const [en, de] = [new Texts('en'), new Texts('de')];
const known = { deal: sampleDeal, product: sampleProduct };
const plain = <T>(texts: T): T => JSON.parse(JSON.stringify(texts).replaceAll(/[\u00A0\u202F]/g, ' ')) as T;
const shown = (texts: Texts, card = cardOfAlert(sampleAlert, known)) => plain(cardTexts(card, texts, now));

describe('the card of an alert', () => {
  it('says everything that is known, in English', () => {
    expect(shown(en)).toEqual({
      title: 'Desk lamp <Aurora> & "friends"',
      variant: null,
      price: '€39.59 (before €59.99), plus €4.95 shipping',
      priceNow: null,
      discount: 'Shop says −51 %, really −29 % against the usual price',
      score: 'Deal score 87.5 of 100',
      scoreReasons: [
        '39.59 EUR is lower than the price was during 97 % of the last 365 days.',
        '39.59 EUR is the lowest price ever seen.',
      ],
      stock: 'Only a few left',
      seller: 'Sold by Lampenhaus at lampenhaus',
      age: 'Price seen 2 minutes ago',
      reasons: ['Fell 34.0 % from €59.99 to €39.59; you asked for 30 %'],
      attribution: 'Prices by Lampenhaus',
    });
  });

  it('and in German', () => {
    expect(shown(de)).toMatchObject({
      price: '39,59 € (vorher 59,99 €), plus 4,95 € Versand',
      score: 'Bewertung 87,5 von 100',
      scoreReasons: ['Billiger als meistens im letzten Jahr', 'Nahe am niedrigsten Preis überhaupt'],
      age: 'Preis gesehen vor 2 Minuten',
      reasons: ['Um 34,0 % von 59,99 € auf 39,59 € gefallen; gewünscht waren 30 %'],
    });
  });

  it('is complete without anything beyond the alert', () => {
    const card = cardOfAlert({
      ...sampleAlert,
      title: null,
      url: null,
      seller: null,
      previousPriceMinor: null,
    });
    expect(shown(en, card)).toMatchObject({
      title: 'lampenhaus L-730',
      price: '€39.59',
      discount: null,
      score: 'Deal score 87.5 of 100',
      scoreReasons: [],
      stock: null,
      seller: 'At lampenhaus',
      attribution: null,
    });
    expect(card.actions.map((action) => action.kind)).toEqual(['chart', 'do', 'do', 'do', 'do', 'do']);
  });

  it('tells the alert’s own price, and the one of now beside it when it has moved', () => {
    const card = cardOfAlert(sampleAlert, { deal: { ...sampleDeal, priceMinor: 5_999, score: 10 } });
    expect(shown(en, card)).toMatchObject({
      price: '€39.59 (before €59.99)',
      priceNow: 'Now €59.99',
      discount: null,
      score: 'Deal score 87.5 of 100',
    });
  });

  it('takes nothing from the deal of another offer', () => {
    const card = cardOfAlert(sampleAlert, { deal: { ...sampleDeal, offerId: sampleAlert.watchId } });
    expect(card).toMatchObject({ priceNow: null, stock: null, score: { best: [] } });
  });

  it('links only to the web', () => {
    const kinds = (url: string) => cardOfAlert({ ...sampleAlert, url }).actions.map((action) => action.kind);
    expect(kinds('https://shop.example/')).toContain('buy');
    expect(kinds('javascript:alert(1)')).not.toContain('buy');
    expect(kinds('nonsense')).not.toContain('buy');
  });
});

it.each([
  [{ claimed: null, real: null }, null],
  [{ claimed: null, real: 12.3 }, 'Really −12 % against the usual price'],
  [{ claimed: 40, real: null }, 'Shop says −40 %; too little is known to check that'],
  [{ claimed: 40, real: 0.2 }, 'Shop says −40 %, but it is no cheaper than usual'],
  [{ claimed: 40, real: -7 }, 'Shop says −40 %, but it is 7 % dearer than usual'],
  [{ claimed: null, real: -7 }, null],
])('discount %j is told as %s', (discount, sentence) => {
  expect(cardTexts({ ...cardOfAlert(sampleAlert), discount }, en, now).discount).toBe(sentence);
});

it.each([
  'percentile', 'allTimeLow', 'ninetyDayLow', 'realDiscount', 'priorPrice', 'lasting', 'rarity', 'trend', 'season', 'market', 'reviews', 'availability',
])('a score is given the reason "%s" in the language of the chat', (name) => {
  const best = [{ name, value: 90, weight: 0.1, why: 'said in English' }];
  const card = { ...cardOfAlert(sampleAlert, known), score: { value: 80, isSure: true, best } };
  const [reason] = shown(de, card).scoreReasons;
  expect(reason).toBeTruthy();
  expect(reason).not.toBe('said in English');
}); // prettier-ignore

it('the real discount is the one against the usual price, which the texts name, and not that of the 30 days before', () => {
  const { real } = cardOfProduct(sampleProduct, sampleDeal).discount;
  expect(real).toBe(sampleDeal.discount.usualPercent);
  expect(real).not.toBe(sampleDeal.discount.realPercent);
});

it('a variation says what it is, and can be leafed through; what is none does not offer it', () => {
  const facts = {
    ...sampleProduct.facts,
    variantOf: 'L-700',
    variant: { Size: 'L', Colour: 'x'.repeat(90) },
  };
  const card = cardOfProduct({ ...sampleProduct, facts }, sampleDeal);
  expect(shown(en, card).variant).toMatch(/^Size: L · Colour: x{50,}…$/);
  const offers = ({ actions }: typeof card): boolean => actions.some(({ kind }) => kind === 'variants');
  expect(offers(card)).toBe(true);
  expect(offers(cardOfAlert(sampleAlert, { product: { ...sampleProduct, facts } }))).toBe(true);
  expect(offers(cardOfProduct(sampleProduct, sampleDeal))).toBe(false);
});

it('the card of a product has its own actions, and no price while none is known', () => {
  const card = cardOfProduct(sampleProduct, sampleDeal);
  expect(card.actions).toMatchObject([
    { kind: 'buy' },
    { kind: 'chart' },
    { label: 'button.watch' },
    { label: 'button.similar' },
    {
      label: 'button.bought',
      action: { do: 'bought-at', amountMinor: sampleDeal.priceMinor, currency: sampleDeal.currency },
    },
  ]);
  expect(cardOfProduct({ ...sampleProduct, offers: [] }).actions).toMatchObject(
    expect.arrayContaining([
      expect.objectContaining({ action: { do: 'bought', productId: sampleProduct.id } }),
    ]),
  );
  expect(shown(en, cardOfProduct({ ...sampleProduct, offers: [] }))).toMatchObject({
    price: 'No price is known yet',
    age: null,
    score: null,
  });
});

it('a reason of a time before wordings, or with one that is not known (any more), is told as it was raised', () => {
  const { said: _said, ...reason } = sampleAlert.reasons[0]!;
  const raised = 'Fell 34.0 % from 59.99 to 39.59 EUR; you asked for 30 %';
  expect(reasonText(reason, de)).toBe(raised);
  expect(reasonText({ ...reason, said: { key: 'no.such-key' } }, de)).toBe(raised);
});
