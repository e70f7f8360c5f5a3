export { type Options, readOptions, ROOT } from './options.ts';
export { prepareDataDir, type Product, removeData, startProduct } from './product.ts';
export { type Progress, progressSince } from './progress.ts';
export { waitUntilReady } from './readiness.ts';
export { readSecrets, type Secrets } from './secrets.ts';
export { Supervisor } from './supervisor.ts';
