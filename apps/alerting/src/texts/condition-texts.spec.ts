import type { ConditionTree } from '@souk/contracts';
import { conditionTexts, shortCondition } from './condition-texts.ts';
import { Texts } from './texts.ts';

const told = (when: ConditionTree, currency?: string, language: 'en' | 'de' = 'en'): string =>
  shortCondition(when, currency, new Texts(language)).replaceAll('\u00A0', ' ');

describe('what a watch waits for, in short', () => {
  it('is told in the language of the chat, in its own currency, else in that of the listing', () => {
    expect(told({ priceBelow: '8.00', currency: 'EUR' }, 'USD')).toBe('price below €8.00');
    expect(told({ priceBelow: '8.00' }, 'USD')).toBe('price below $8.00');
    expect(told({ priceBelow: '8.00' })).toBe('price below 8.00');
    expect(told({ priceBelow: '8.00', currency: 'EUR' }, undefined, 'de')).toBe('Preis unter 8,00 €');
    expect(told({ dropPercent: 20, backInStock: true })).toBe('falls by 20 % / back in stock');
  });

  it('joins branches by what joins them, each in the currency that holds there', () => {
    expect(
      told({
        currency: 'EUR',
        all: [{ priceBelow: '8' }, { any: [{ allTimeLow: true }, { lowOfDays: 30 }] }],
      }),
    ).toBe('price below €8.00 + lower than ever / lowest of 30 days');
  });

  it('is never longer than a line', () => {
    const any = Array.from({ length: 20 }, (_, place) => ({ dropPercent: place + 1 }));
    expect(conditionTexts({ any }, undefined, new Texts('en'))).toHaveLength(1);
    expect(told({ any }).length).toBeLessThanOrEqual(80);
  });
});
