export { type Provisioner, startProvisioner } from './broker-provisioner.ts';
export { BrokerConflict, type StreamPlan } from './broker-setup.ts';
export { guard, openLog, type RunningServer, stopLeftover } from './child-server.ts';
export { ensureServers } from './ensure-servers.ts';
export type { ServerBinaries, ServerBinary, ServerKind } from './find-servers.ts';
export { freePort, isPortFree } from './free-port.ts';
export { startNats } from './nats.ts';
export { startPostgres } from './postgres.ts';
export {
  databaseUrl,
  provisionDatabase,
  type ProvisionedDatabase,
  randomRolePasswords,
  rolesOf,
} from './provision.ts';
export { startRedis } from './redis.ts';
export { reachableHome } from './server-user.ts';
export { type InfraMode, startInfra, startTestNats, type TestInfra, type TestNats } from './test-infra.ts';
