import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { SERVICE_NAMES } from '@souk/contracts';
import { writeSecrets } from '../src/container-setup.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'souk-containers-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('writeSecrets', () => {
  it('gives every service its own settings for the network of the containers, the same each time', () => {
    const folders = { secrets: join(dir, 'a'), servers: join(dir, 'b'), services: join(dir, 'c') };
    const read = (): string =>
      SERVICE_NAMES.map((name) => readFileSync(join(folders.services, `${name}.env`), 'utf8')).join();
    writeSecrets(folders, 4);
    const first = read();
    writeSecrets(folders, 4);
    expect(read()).toBe(first);
    for (const name of SERVICE_NAMES) {
      const file = join(folders.services, `${name}.env`);
      expect(statSync(file).mode & 0o777).toBe(0o400);
      const variables = parseEnv(readFileSync(file, 'utf8'));
      expect(variables).toMatchObject({
        SOUK_SERVICE: name,
        SOUK_HEALTH_HOST: '0.0.0.0',
        SOUK_HEALTH_PORT: '9000',
      });
      expect(variables.SOUK_POSTGRES_URL).toMatch(
        new RegExp(`^postgres://souk_${name}:.+@postgres:5432/souk$`),
      );
      expect(variables.SOUK_NATS_URL).toMatch(new RegExp(`^nats://${name}:.+@nats:4222`));
    }
    const billing = parseEnv(readFileSync(join(folders.services, 'billing.env'), 'utf8'));
    expect(JSON.parse(billing.SOUK_BOOTSTRAP_KEYS ?? '')).toHaveLength(2);
    const superuser = readFileSync(join(folders.servers, 'postgres.password'), 'utf8');
    expect(first).not.toContain(superuser);
    expect(readFileSync(join(folders.servers, 'nats.conf'), 'utf8')).toContain('listen: 0.0.0.0:4222');
  });
});
