import { join } from 'node:path';
import type { ServiceName } from '@souk/contracts';
import type { Progress } from './progress.ts';
import { waitUntilReady } from './readiness.ts';
import type { Secrets } from './secrets.ts';
import { type Addresses, argumentsOf, environmentOf, SERVICES } from './service-plan.ts';
import { lastLines, logFileOf, rotateLog, startProcess } from './service-process.ts';
import type { Supervisor } from './supervisor.ts';

/** The gateway stops first: nobody is let in while the rest finishes its work. */
const GATEWAY_GROUP = 0;
const SERVICE_GROUP = 1;
const READY_DEADLINE_MS = 90_000;
const CRASHES_UNTIL_HOPELESS = 3;
const LOG_LINES_SHOWN = 20;

export type Adapt = (service: ServiceName, env: Record<string, string>) => Record<string, string>;

interface Place {
  root: string;
  dataDir: string;
}

async function whenReady(place: Place, name: string, url: string, supervisor: Supervisor): Promise<void> {
  const isHopeless = (): boolean => supervisor.crashesOf(name) >= CRASHES_UNTIL_HOPELESS;
  try {
    await waitUntilReady(url, READY_DEADLINE_MS, isHopeless);
  } catch (error) {
    const logFile = logFileOf(place.dataDir, name);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${name}: ${reason}\nthe end of ${logFile}:\n${lastLines(logFile, LOG_LINES_SHOWN)}`, {
      cause: error,
    });
  }
}

/** The simulated shop, run from its source. */
export async function startSandbox(place: Place, port: number, supervisor: Supervisor): Promise<string> {
  const logFile = logFileOf(place.dataDir, 'sandbox');
  rotateLog(logFile);
  const passedOn = Object.entries(process.env).filter(([name]) => /^(SOUK_SANDBOX_|PATH$|HOME$)/.test(name));
  const sandbox = {
    name: 'sandbox',
    args: ['--conditions=source', '--max-old-space-size=128', join(place.root, 'tools/sandbox/src/main.ts')],
    env: { ...(Object.fromEntries(passedOn) as Record<string, string>), SOUK_SANDBOX_PORT: String(port) },
    cwd: place.root,
    logFile,
  };
  await supervisor.keep('sandbox', SERVICE_GROUP, () => startProcess(sandbox));
  const url = `http://127.0.0.1:${port}`;
  await whenReady(place, 'sandbox', `${url}/calls`, supervisor);
  return url;
}

/** Starts every service as its own process and waits until each says it is ready. */
export async function startServices(
  place: Place,
  addresses: Addresses,
  secrets: Secrets,
  supervisor: Supervisor,
  progress: Progress,
  adapt: Adapt,
): Promise<void> {
  const one = async (name: ServiceName): Promise<void> => {
    const logFile = logFileOf(place.dataDir, name);
    rotateLog(logFile);
    const env = adapt(name, environmentOf(name, addresses, secrets, process.env));
    const service = { name, args: argumentsOf(name, place.root), env, cwd: place.root, logFile };
    const group = name === 'gateway' ? GATEWAY_GROUP : SERVICE_GROUP;
    await supervisor.keep(name, group, () => startProcess(service));
    await whenReady(place, name, `http://127.0.0.1:${addresses.healthPorts[name]}/readyz`, supervisor);
    progress.say(`${name} is ready`);
  };
  await Promise.all(SERVICES.map(one));
}
