import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { copyOfBuild } from '../plants/build-copy.ts';
import { type Boundary, type Covered, instrument } from './boundaries.ts';
import { type Component, COMPONENTS, type Stimulus } from './components.ts';
import type { Point } from './runtime.ts';

/** A point to crash at, and what people and the run need to know of it. */
export interface CrashPoint {
  point: Point;
  title: string;
  /** What leads there. */
  stimulus: Stimulus;
}

export interface InstrumentedCopy {
  /** The copy; in this folder the services and we also tell each other what to do and what was done. */
  root: string;
  pointsOf(component: Component): CrashPoint[];
}

/** A copy of the build whose covered files tell each await to the runtime. */
export async function instrumentedCopy(): Promise<InstrumentedCopy> {
  const root = await copyOfBuild();
  const runtime = join(root, 'runtime.ts');
  copyFileSync(new URL('./runtime.ts', import.meta.url), runtime);
  const boundaries = new Map<string, Boundary[]>();
  for (const [file, covered] of allCovered()) {
    const path = join(root, file);
    const made = instrument(file, readFileSync(path, 'utf8'), covered, pathToFileURL(runtime).href);
    writeFileSync(path, made.text);
    boundaries.set(file, made.boundaries);
  }
  return { root, pointsOf: (component) => pointsOf(component, boundaries) };
}

/** What all components want of each file: a file is rewritten once. */
function allCovered(): Map<string, Covered> {
  const all = new Map<string, Covered>();
  for (const [file, { functions, roots = [] }] of COMPONENTS.flatMap(({ covers }) =>
    Object.entries(covers),
  )) {
    const known = all.get(file);
    all.set(file, {
      functions: [...new Set([...(known?.functions ?? []), ...functions])],
      roots: [...new Set([...(known?.roots ?? []), ...roots])],
    });
  }
  return all;
}

/** Each await once when it has begun and once when it has ended, moments that are the same only once. */
function pointsOf(component: Component, boundaries: ReadonlyMap<string, Boundary[]>): CrashPoint[] {
  const { covers, leadsTo = {}, leftOut = [] } = component;
  const scopes = Object.entries(covers).flatMap(([file, { roots = [] }]) =>
    roots.map((root) => `${file} ${root}`),
  );
  return Object.entries(covers).flatMap(([file, { functions }]) =>
    boundaries
      .get(file)!
      .filter(({ within, isInCatch }) => functions.includes(within) && !isInCatch)
      .filter((one) => !leftOut.some(({ within, text }) => within === one.within && text.test(one.text)))
      .flatMap(({ number, within, line, text, isDelegated }) =>
        (isDelegated ? (['ended'] as const) : (['begun', 'ended'] as const)).map((when) => ({
          point: { boundary: `${file} ${number}`, when, scopes },
          title: `${file}:${line} ${within}, ${text}, ${when}`,
          stimulus: leadsTo[within] ?? 'prices',
        })),
      ),
  );
}
