import { asinProblem } from './index.ts';

describe('a code of Amazon’s catalogue', () => {
  it.each(['B0DEMO1234', 'B000000000', '0306406152', '080442957X'])('may be %s', (code) => {
    expect(asinProblem(code)).toBeNull();
  });

  it.each([
    ['0306406153', /check digit: it should end with 2/],
    ['0804429570', /should end with X/],
    ['X001ABCDEF', /FNSKU/],
    ['b0demo1234', /should be written B0DEMO1234/],
    [' B0DEMO1234', /should be written B0DEMO1234/],
    ['9780306406157', /ISBN-13/],
    ['A0DEMO1234', /no ASIN/],
    ['B0DEMO123', /no ASIN/],
    ['', /no ASIN/],
  ])('cannot be "%s", and is told why', (code, reason) => {
    expect(asinProblem(code)).toMatch(reason);
  });
});
