import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects once what loading the modules left behind and gives the memory back: a service that has just started
 * would otherwise keep tens of megabytes until its first busy hour.
 */
export function settleMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: {
    type: string;
    execution: string;
    flavor: string;
  }) => void;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
