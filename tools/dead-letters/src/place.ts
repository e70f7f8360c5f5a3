import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the operator's NATS user is let in. */
export interface Entrance {
  server: string;
  password: string;
}

/**
 * The entrance of an installation, from the files that the launcher keeps in its data folder.
 * @throws saying what to do when there is no installation
 */
export function entranceOf(dataDir: string, externalUrl: string | undefined): Entrance {
  if (externalUrl) {
    const { host, password } = new URL(externalUrl);
    return { server: `nats://${host}`, password: decodeURIComponent(password) };
  }
  const [ports, secrets] = [join(dataDir, 'ports.json'), join(dataDir, 'secrets.json')];
  if (!existsSync(ports) || !existsSync(secrets))
    throw new Error(
      `nothing was ever started in ${dataDir}: run npm start, or name its folder in SOUK_DATA_DIR`,
    );
  const { nats: port } = JSON.parse(readFileSync(ports, 'utf8')) as { nats: number };
  const { nats } = JSON.parse(readFileSync(secrets, 'utf8')) as { nats: { operator: string } };
  return { server: `nats://127.0.0.1:${port}`, password: nats.operator };
}
