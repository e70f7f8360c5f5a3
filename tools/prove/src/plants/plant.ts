import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A bug on purpose: one small change of the compiled product, and the row of the result that must turn red. */
export interface Plant {
  name: string;
  /** What is wrong with the product then. */
  breaks: string;
  /** Compiled file, from the root of the workspace. */
  file: string;
  /** Stands in the file exactly once, or the bug was not planted. */
  find: string;
  replacement: string;
  /** The checker's row that must not be good. */
  row: string;
}

/** @throws when the text to replace is not there exactly once: nothing would be proven */
export function planted(text: string, { name, file, find, replacement }: Plant): string {
  const times = text.split(find).length - 1;
  if (times !== 1)
    throw new Error(
      `${name} cannot be planted: its text stands ${times} times in ${file}, not once. Adapt the plant.`,
    );
  return text.replace(find, () => replacement);
}

/** Plants a bug into a copy of the build. */
export function plantInto(root: string, plant: Plant): void {
  const path = join(root, plant.file);
  writeFileSync(path, planted(readFileSync(path, 'utf8'), plant));
}
