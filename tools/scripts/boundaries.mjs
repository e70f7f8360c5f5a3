/**
 * Who may import whom. Tags come from each package.json (`"nx": {"tags": [...]}`):
 * apps import libs; libs import libs; contracts imports nothing of ours; testing is for tests only; tools
 * may import libs and tools. Only declared exports are imported, every import is declared, and relative
 * imports stay inside their project.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"\n]+)['"]/g;
const ALLOWED = {
  'type:app': ['type:lib'],
  'type:lib': ['type:lib'],
  'type:tool': ['type:lib', 'type:tool'],
};
/** Beyond the rule of its type: what one project may import besides. */
const EXCEPTIONS = {
  'scope:testing': ['scope:infra'],
  'scope:scenarios': ['type:app', 'type:tool'],
  'scope:backtest': ['type:app'],
  'scope:bench': ['type:app'],
};

const isTest = (file) => file.endsWith('.spec.ts') || file.split(sep).includes('test');

/** The problem with one import, or undefined. */
export function judge({ file, specifier, from, target }) {
  const [scope, name, ...rest] = specifier.split('/');
  const entry = rest.length > 0 ? `./${rest.join('/')}` : '.';
  if (target.exports[entry] === undefined) return `${scope}/${name} does not export ${entry}`;
  const declared = isTest(file) ? [...from.dependencies, ...from.devDependencies] : from.dependencies;
  // what testing itself is built on is tested with it: a declared dependency would go round in a circle
  const isFreeToTests = isTest(file) && target.tags.includes('scope:testing');
  if (!isFreeToTests && !declared.includes(target.name)) {
    return `${target.name} is not in the dependencies of ${from.name}`;
  }
  if (!isTest(file) && from.references && !from.references.includes(target.folder))
    return `${target.name} is not in the tsconfig references`;
  if (from.tags.includes('scope:contracts') && !isTest(file)) return 'contracts imports nothing of ours';
  if (target.tags.includes('scope:testing') && !isTest(file)) return `${target.name} is for tests only`;
  const type = from.tags.find((tag) => tag.startsWith('type:'));
  const extra = from.tags.flatMap((tag) => EXCEPTIONS[tag] ?? []);
  const allowed = [...(ALLOWED[type] ?? []), ...(isTest(file) ? ['type:tool'] : []), ...extra];
  if (!target.tags.some((tag) => allowed.includes(tag))) return `${type} may not import ${target.name}`;
  return undefined;
}

/** Every problem of the workspace below a folder, as `file: problem`. */
export function problemsOf(root) {
  const projects = globSync('{apps,libs,tools}/*/package.json', { cwd: root }).map((file) => {
    const folder = join(root, dirname(file));
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8'));
    // a project that is never built, only tested or run from source, has no tsconfig and no references
    const tsconfig = join(folder, 'tsconfig.json');
    const built = existsSync(tsconfig) ? JSON.parse(readFileSync(tsconfig, 'utf8')) : undefined;
    return {
      folder,
      name: manifest.name,
      tags: manifest.nx?.tags ?? [],
      exports: manifest.exports ?? {},
      dependencies: Object.keys(manifest.dependencies ?? {}),
      devDependencies: Object.keys(manifest.devDependencies ?? {}),
      references: built && (built.references ?? []).map(({ path }) => resolve(folder, path)),
    };
  });
  const byName = new Map(projects.map((project) => [project.name, project]));
  const problems = [];
  for (const from of projects) {
    if (!from.tags.some((tag) => ALLOWED[tag]))
      problems.push(`${from.name}: no type:app, type:lib or type:tool tag`);
    for (const path of globSync('{src,test}/**/*.ts', { cwd: from.folder })) {
      const file = relative(root, join(from.folder, path));
      for (const [, specifier] of readFileSync(join(root, file), 'utf8').matchAll(IMPORT)) {
        if (specifier.startsWith('.')) {
          const inside = resolve(root, dirname(file), specifier).startsWith(from.folder + sep);
          if (!inside) problems.push(`${file}: ${specifier} leaves the project`);
          continue;
        }
        const target = byName.get(specifier.split('/').slice(0, 2).join('/'));
        if (specifier.startsWith('@souk/') && !target) problems.push(`${file}: there is no ${specifier}`);
        if (!target || target === from) continue;
        const problem = judge({ file: path, specifier, from, target });
        if (problem) problems.push(`${file}: ${problem}`);
      }
    }
  }
  return problems;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problems = problemsOf(resolve(import.meta.dirname, '../..'));
  console.log(problems.join('\n') || 'boundaries hold');
  process.exitCode = problems.length > 0 ? 1 : 0;
}
