import type { Plant } from '../plant.ts';

export const idempotencyIgnored: Plant = {
  name: 'idempotency-ignored',
  breaks: 'an Idempotency-Key is accepted and forgotten: a command that is repeated takes effect again',
  file: 'apps/gateway/dist/http/idempotency-key.js',
  find: 'return value;\n',
  replacement: 'return undefined;\n',
  row: 'watches made under faults',
};
