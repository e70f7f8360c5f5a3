import { hashLinkCode, newLinkCode, newSigningSecret, SecretBox } from './secrets.ts';

describe('secrets of channels', () => {
  const box = new SecretBox('a root secret that is long enough to be one');

  it('open again for their own channel only, and only with the same root secret', () => {
    const secret = newSigningSecret();
    const sealed = box.seal(secret, 'channel-a');
    expect(sealed.toString('latin1')).not.toContain(secret.slice(6));
    expect(box.open(sealed, 'channel-a')).toBe(secret);
    expect(() => box.open(sealed, 'channel-b')).toThrow('SOUK_SECRET');
    expect(() => new SecretBox('another root secret of the same length!').open(sealed, 'channel-a')).toThrow(
      'SOUK_SECRET',
    );
    sealed[sealed.length - 1]! ^= 1;
    expect(() => box.open(sealed, 'channel-a')).toThrow('SOUK_SECRET');
  });

  it('the same secret is never sealed alike', () => {
    expect(box.seal('whsec_x', 'a').equals(box.seal('whsec_x', 'a'))).toBe(false);
  });

  it('are random and of the form that others expect', () => {
    expect(newSigningSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(newLinkCode()).toMatch(/^[\w-]{22}$/);
    expect(newLinkCode()).not.toBe(newLinkCode());
    expect(hashLinkCode('a')).toHaveLength(32);
  });
});
