import type { Plant } from '../plant.ts';

export const pollingById: Plant = {
  name: 'polling-by-id',
  breaks:
    'positions are not taken in the order of commits: the relay, asking for what is beyond its cursor, skips some',
  file: 'libs/bus/dist/migrations.js',
  find: 'perform pg_advisory_xact_lock(hashtext(current_schema()), wanted);',
  replacement: 'null;',
  row: 'price points',
};
