import { generateApiKey } from '@souk/contracts';
import { seal, unseal } from './seal.ts';

describe('a sealed answer', () => {
  const key = generateApiKey();
  const context = Buffer.from('request 1');

  it('is read again with the same API key for the same request, and with nothing else', () => {
    const sealed = seal('{"secret":"é"}', key, context);
    expect(unseal(sealed, key, context)).toBe('{"secret":"é"}');
    expect(unseal(sealed, generateApiKey(), context)).toBeUndefined();
    expect(unseal(sealed, key, Buffer.from('request 2'))).toBeUndefined();
    expect(sealed.includes('secret')).toBe(false);
  });

  it('that was changed or cut is not read', () => {
    const sealed = seal('{"a":1}', key, context);
    const changed = Buffer.from(sealed);
    changed[changed.length - 1]! ^= 1;
    expect(unseal(changed, key, context)).toBeUndefined();
    expect(unseal(sealed.subarray(0, 10), key, context)).toBeUndefined();
  });
});
