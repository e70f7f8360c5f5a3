import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLANTS } from './bugs/index.ts';
import { planted } from './plant.ts';

const plant = PLANTS[0]!;

const ROOT = join(import.meta.dirname, '../../../..');

describe('a plant', () => {
  it('replaces its text', () => {
    expect(planted(`before ${plant.find}after`, plant)).toBe(`before ${plant.replacement}after`);
  });

  it.each([
    ['is not there', 'nothing of the kind'],
    ['is there twice', plant.find + plant.find],
  ])('is void when its text %s', (_, text) => {
    expect(() => planted(text, plant)).toThrow(/cannot be planted/);
  });

  it('has a name of its own and really changes something', () => {
    expect(new Set(PLANTS.map(({ name }) => name)).size).toBe(PLANTS.length);
    for (const { find, replacement } of PLANTS) expect(replacement).not.toBe(find);
  });

  // the compiler leaves these texts as they are: who changes them hears of it here, before a run is void
  it.each(PLANTS.map((one) => [one.name, one] as const))('%s stands once in the source too', (_, one) => {
    const source = one.file.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
    expect(planted(readFileSync(join(ROOT, source), 'utf8'), one)).toContain(one.replacement);
  });
});
