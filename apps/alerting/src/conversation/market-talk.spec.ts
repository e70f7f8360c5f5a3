import { marketIn } from './market-talk.ts';

describe('asking how prices move', () => {
  it.each([
    ['market report', null],
    ['Show me the market report for Headphones?', 'Headphones'],
    ['price index of gaming laptops', 'gaming laptops'],
    ['Marktbericht für Kopfhörer', 'Kopfhörer'],
    ['market report steam', 'steam'],
  ])('%s', (text, about) => {
    expect(marketIn(text)).toEqual({ about });
  });

  it.each(['ps5 under 400 euro', 'supermarket reports', 'watch the price index book'])(
    '%s is no such question',
    (text) => {
      expect(marketIn(text)).toBeUndefined();
    },
  );
});
