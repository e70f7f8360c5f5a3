import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateApiKey, NATS_USERS, type NatsUser, SERVICE_NAMES } from '@souk/contracts';
import { randomRolePasswords } from '@souk/infra';

/** Everything secret of one installation; made once, kept in `<dataDir>/secrets.json`, readable by its owner only. */
export interface Secrets {
  /** By role name. */
  postgres: Record<string, string>;
  nats: Record<NatsUser, string>;
  operatorKey: string;
  livePageKey: string;
  /** Of servers in containers; the private ones of `npm start` keep their own beside their data. */
  containers: { postgres: string; redis: string };
  /** Signs what gateway and alerting hand out: cursors, one-time links. */
  server: string;
}

const random = (): string => randomBytes(24).toString('base64url');

function generate(): Secrets {
  return {
    postgres: randomRolePasswords(SERVICE_NAMES),
    nats: Object.fromEntries(NATS_USERS.map((user) => [user, random()])) as Secrets['nats'],
    operatorKey: generateApiKey(),
    livePageKey: generateApiKey(),
    containers: { postgres: random(), redis: random() },
    server: randomBytes(32).toString('base64url'),
  };
}

/** The secrets of this data folder; what an older file lacks is added, what it has stays. */
export function readSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {};
  const made = generate();
  const secrets: Secrets = {
    ...made,
    ...kept,
    postgres: { ...made.postgres, ...kept.postgres },
    nats: { ...made.nats, ...kept.nats },
  };
  writeSecrets(dataDir, secrets);
  return secrets;
}

/** Never half a file: the databases know these passwords. */
export function writeSecrets(dataDir: string, secrets: Secrets): void {
  const file = join(dataDir, 'secrets.json');
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
