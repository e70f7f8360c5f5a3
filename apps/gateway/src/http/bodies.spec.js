import * as fc from 'fast-check';
import { parseJson } from './bodies.ts';
import { Problem } from './problem.ts';
function problemOf(text) {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error(`expected a problem for ${text}`);
}
describe('a body that is not JSON', () => {
  it.each([
    ['xyz', 'line 1, column 1'],
    ['{"a":1,}', 'line 1, column 8'],
    ['{"a":1,\n"b":x}', 'line 2, column 5'],
    ['{"a":tru}', 'line 1, column 9'],
    ['{"a":1', 'ends too early, at line 1, column 7'],
    ['{} {}', 'line 1, column 4'],
    ['', 'ends too early, at line 1, column 1'],
  ])('%j is answered with the place %s', (text, place) => {
    expect(problemOf(text).message).toContain(place);
  });
  it('names the place of a character put into valid JSON, or a later one', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, at) => {
        const place = at % (json.length + 1);
        const text = `${json.slice(0, place)}\u0001${json.slice(place)}`;
        const column = Number(/column (\d+)/.exec(problemOf(text).message)[1]);
        expect(column - 1).toBe(place);
      }),
    );
  });
});
