import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, isPortFree } from '@souk/infra';

/**
 * A port for each name, the same at every start of this data folder as long as nobody else took it.
 * @param wanted ports the user fixed
 * @throws when a port the user fixed is in use
 */
export async function choosePorts<Name extends string>(
  dataDir: string,
  names: readonly Name[],
  wanted: Partial<Record<Name, number>> = {},
): Promise<Record<Name, number>> {
  const file = join(dataDir, 'ports.json');
  const remembered: Partial<Record<string, number>> = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>)
    : {};
  const chosen = new Map<Name, number>();
  for (const name of names) {
    const fixed: number | undefined = wanted[name];
    if (fixed !== undefined && !(await isPortFree(fixed))) {
      throw new Error(`port ${fixed} for ${name} is in use: give another one, or none to take a free one`);
    }
    let port = fixed ?? remembered[name];
    while (
      port === undefined ||
      (fixed === undefined && (isTaken(chosen, port) || !(await isPortFree(port))))
    ) {
      port = await freePort();
    }
    chosen.set(name, port);
  }
  const ports = Object.fromEntries(chosen) as Record<Name, number>;
  writeFileSync(file, `${JSON.stringify(ports, null, 2)}\n`);
  return ports;
}

const isTaken = (chosen: Map<string, number>, port: number): boolean => [...chosen.values()].includes(port);
