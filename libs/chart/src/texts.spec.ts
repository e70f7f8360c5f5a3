import { metricsOf } from './font.ts';
import { drawableTitle, fitted, MoneyText, TimeText } from './texts.ts';

describe('a title', () => {
  it.each([
    ['Espresso machine 🎉 Classic ☕️', 'Espresso machine Classic'],
    ['Kávovar – plnoautomatický', 'Kávovar – plnoautomatický'],
    ['Кофемашина', 'Кофемашина'],
    ['漫画 1', ''],
    ['हेडफ़ोन', ''],
    ['  ', ''],
    [undefined, ''],
  ])('%j is drawn as %j: a character that the font lacks never becomes a box', (title, drawn) => {
    expect(drawableTitle(title, 29, 844)).toBe(drawn);
  });

  it('ends with an ellipsis where it would leave the picture', () => {
    const text = fitted('a rather long title '.repeat(20), 29, 500, 'bold');
    expect(text.endsWith('…')).toBe(true);
    expect(metricsOf('bold').widthOf(text, 29)).toBeLessThanOrEqual(500);
  });
});

describe('an amount', () => {
  it.each([
    ['EUR', 2, 1_299, '€12.99'],
    ['JPY', 0, 7_300, '¥7,300'],
    ['INR', 2, 129_900, '₹1,299.00'],
    ['KWD', 3, 1_250, 'KWD 1.250'],
    ['BDT', 2, 1_299, 'BDT 12.99'],
  ])('of %s is exact and can be drawn', (currency, decimals, minor, text) => {
    expect(new MoneyText(currency, decimals, 'en').of(minor).replace('\u00A0', ' ')).toBe(text);
  });

  it.each([
    ['EUR', 129_900, '1.299,00 €'],
    ['INR', 129_900, '1.299,00 ₹'],
    ['BDT', 129_900, 'BDT 1.299,00'],
  ])('of %s is written as a German does', (currency, minor, text) => {
    expect(new MoneyText(currency, 2, 'de').of(minor).replace('\u00A0', ' ')).toBe(text);
  });

  it.each([
    [8_000, 1_000, '€80'],
    [8_050, 25, '€80.50'],
    [1_200_000_000, 100_000_000, '€12M'],
    [1_500_000, 250_000, '€15K'],
  ])('on an axis is as short as the step allows (%d in steps of %d)', (minor, step, text) => {
    expect(new MoneyText('EUR', 2, 'en').tick(minor, step)).toBe(text);
  });
});

it.each([
  [3_600_000, '04:00'],
  [7 * 86_400_000, '5 Mar'],
  [31 * 86_400_000, 'Mar 2026'],
  [366 * 86_400_000, '2026'],
])('a time is told as exactly as steps of %d ms need', (stepMs, text) => {
  const times = new TimeText({ locale: 'en', timeZone: 'UTC' });
  expect(times.tick(Date.UTC(2026, 2, 5, 4), stepMs)).toBe(text);
});

it('times are those of the reader, as the language has them', () => {
  const times = new TimeText({ locale: 'de', timeZone: 'Asia/Kolkata' });
  const late = Date.UTC(2026, 2, 5, 20);
  expect(times.tick(late, 3_600_000)).toBe('01:30');
  expect(times.day(late)).toBe('6. März 2026');
});
