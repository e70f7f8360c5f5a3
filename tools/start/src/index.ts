export { build, isBuilt, markBuilt } from './build.ts';
export { type Options, readOptions, ROOT } from './options.ts';
export { prepareDataDir, type Product, removeData, startProduct } from './product.ts';
export { type Progress, progressSince } from './progress.ts';
export { waitUntilReady } from './readiness.ts';
export { readSecrets, type Secrets } from './secrets.ts';
export type { Adapt } from './services.ts';
export { PROGRAMS } from './service-plan.ts';
export { Supervisor } from './supervisor.ts';
