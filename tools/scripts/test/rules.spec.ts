import { join } from 'node:path';

/** The scripts are plain JavaScript, for a Node that knows no TypeScript: loaded by address, typed here. */
const load = async <T>(name: string): Promise<T> =>
  (await import(join(import.meta.dirname, '..', name))) as T;

interface Project {
  name: string;
  folder: string;
  tags: string[];
  exports: Record<string, unknown>;
  dependencies: string[];
  devDependencies: string[];
  references: string[];
}
const boundaries = await load<{
  judge(question: { file: string; specifier: string; from: Project; target: Project }): string | undefined;
}>('boundaries.mjs');

function project(name: string, type: string, changes: Partial<Project> = {}): Project {
  const tags = [`type:${type}`, `scope:${name}`];
  const empty = { dependencies: [], devDependencies: [], references: [] };
  return { name: `@souk/${name}`, folder: `/${name}`, tags, exports: { '.': {} }, ...empty, ...changes };
}
const linkedTo = (...names: string[]): Partial<Project> => ({
  dependencies: names.map((name) => `@souk/${name}`),
  references: names.map((name) => `/${name}`),
});
const judge = (
  from: Project,
  target: Project,
  file = 'src/a.ts',
  specifier = target.name,
): string | undefined => boundaries.judge({ file, specifier, from, target });

describe('boundaries', () => {
  const bus = project('bus', 'lib');

  it('lets an app import a declared and referenced library', () => {
    expect(judge(project('scoring', 'app', linkedTo('bus')), bus)).toBeUndefined();
  });

  it.each([
    [
      'an app imports an app',
      project('scoring', 'app', linkedTo('billing')),
      project('billing', 'app'),
      'type:app may not import',
    ],
    [
      'a library imports an app',
      project('bus', 'lib', linkedTo('billing')),
      project('billing', 'app'),
      'type:lib may not import',
    ],
    [
      'a library imports a tool',
      project('bus', 'lib', linkedTo('infra')),
      project('infra', 'tool'),
      'type:lib may not import',
    ],
    [
      'contracts imports a library',
      project('contracts', 'lib', linkedTo('bus')),
      bus,
      'contracts imports nothing',
    ],
    [
      'a source imports testing',
      project('scoring', 'app', linkedTo('testing')),
      project('testing', 'lib'),
      'for tests only',
    ],
    [
      'an import is not declared',
      project('scoring', 'app', { references: ['/bus'] }),
      bus,
      'not in the dependencies',
    ],
    [
      'a reference is missing',
      project('scoring', 'app', { dependencies: ['@souk/bus'] }),
      bus,
      'not in the tsconfig references',
    ],
  ])('refuses when %s', (_case, from, target, problem) => {
    expect(judge(from, target)).toContain(problem);
  });

  it('refuses a deep import unless it is a declared export', () => {
    const service = project('service', 'lib', { exports: { '.': {}, './otel': {} } });
    const from = project('scoring', 'app', linkedTo('service'));
    expect(judge(from, service, 'src/a.ts', '@souk/service/otel')).toBeUndefined();
    expect(judge(from, service, 'src/a.ts', '@souk/service/src/clock.ts')).toContain('does not export');
  });

  it('lets tests import testing undeclared, and nothing else undeclared', () => {
    const from = project('bus', 'lib');
    expect(judge(from, project('testing', 'lib'), 'test/a.spec.ts')).toBeUndefined();
    expect(judge(from, project('contracts', 'lib'), 'test/a.spec.ts')).toContain('not in the dependencies');
  });
});

describe('coverage', () => {
  const lines = (covered: number, total: number) => ({
    lines: { covered, total, pct: (100 * covered) / total },
  });
  const isPure = (file: string): boolean => file.endsWith('score.ts');

  it.each([
    [true, 'enough everywhere', lines(90, 100), lines(95, 100), lines(10, 100)],
    [false, 'too little overall', lines(89, 100), lines(100, 100), lines(100, 100)],
    [false, 'too little of a pure file', lines(99, 100), lines(94, 100), lines(100, 100)],
  ])('says %s for %s', async (good, _case, total, pure, other) => {
    const { judge: judgeCoverage } = await load<{
      judge(summary: object, hasSpecBeside: (file: string) => boolean): { good: boolean; lines: string[] };
    }>('coverage.mjs');
    const verdict = judgeCoverage({ total, 'score.ts': pure, 'store.ts': other }, isPure);
    expect(verdict.good).toBe(good);
  });
});
