import { isReadable } from './addresses.ts';

describe('an address', () => {
  it.each([
    ['/v1/products/730', true],
    [`/v1/products?q=${'x'.repeat(3_000)}`, true],
    ['/v1/products/a%20b?q=100%', true],
    ['/v1/products/%E0%A4%A', false],
    ['/v1/products/100%', false],
    [`/v1/products/${'x'.repeat(101)}`, false],
    [`/v1/products/${'x'.repeat(100)}/history`, true],
  ])('%s can be routed: %s', (url, expected) => {
    expect(isReadable(url)).toBe(expected);
  });
});
