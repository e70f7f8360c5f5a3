import { randomBytes } from 'node:crypto';
import { SERVICE_NAMES } from '../../contracts/src/event.ts';
import { provisionDatabase, startInfra } from '../../../tools/infra/src/index.ts';

/** Roles are the cluster's: made once, with one password for all, in a database that every test file copies. */
export default async function globalSetup() {
  const infra = await startInfra();
  const password = randomBytes(12).toString('hex');
  const roles = SERVICE_NAMES.flatMap((service) => [`souk_${service}`, `souk_${service}_owner`]);
  await provisionDatabase({
    adminUrl: infra.postgresAdminUrl,
    database: 'souk_template',
    services: SERVICE_NAMES,
    passwords: Object.fromEntries(roles.map((role) => [role, password])),
  });
  globalThis.soukTestInfra = infra;
  process.env.SOUK_TEST_INFRASTRUCTURE = JSON.stringify({
    mode: infra.mode,
    postgresAdminUrl: infra.postgresAdminUrl,
    redisUrl: infra.redisUrl,
    rolePassword: password,
  });
}
