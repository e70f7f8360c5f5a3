import { currencyDigits } from '@souk/money';
import { marketplaceAt, marketplaceIn, marketplaceOfKeepa, marketplaces } from './index.ts';

describe('marketplaces', () => {
  it('are 22, each with a host, a currency and a region of its own credentials', () => {
    expect(new Set(marketplaces.map(({ host }) => host)).size).toBe(22);
    for (const { currency } of marketplaces) expect(currencyDigits(currency)).toBeDefined();
  });

  it('are found by country, by address and by Keepa’s number', () => {
    expect(marketplaceIn('UK')).toBe(marketplaceIn('GB'));
    expect(marketplaceIn('IN')).toMatchObject({ host: 'www.amazon.in', currency: 'INR', region: 'EU' });
    expect(marketplaceAt('https://amazon.co.jp/dp/B0DEMO0001')?.country).toBe('JP');
    expect(marketplaceAt('https://amazon.example/')).toBeUndefined();
    expect(marketplaceAt('no address')).toBeUndefined();
    expect(marketplaceOfKeepa(10)?.country).toBe('IN');
    expect(marketplaceOfKeepa(7)).toBeUndefined();
  });
});
