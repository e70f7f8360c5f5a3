import type { Plant } from '../plant.ts';

export const missingTenantFilter: Plant = {
  name: 'missing-tenant-filter',
  breaks: 'the policy of price histories lets everybody read all of them',
  file: 'apps/scoring/dist/migrations/1763600200000-price-history.js',
  find: 'create policy readable on ${table} for select using (${OWN_OR_SHARED});',
  replacement: 'create policy readable on ${table} for select using (true);',
  row: 'foreign rows seen',
};
