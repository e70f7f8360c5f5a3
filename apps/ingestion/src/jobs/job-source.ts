import type { Source } from '../sources/source-registry.ts';
import type { JobSource } from './check-lines.ts';

export function jobSourceOf({ name, order, adapter, config, marketplace }: Source): JobSource {
  return {
    name,
    order,
    canLookUp: adapter.lookup !== undefined,
    country: marketplace,
    problemOf: (product) => adapter.checkProduct?.(config, product) ?? null,
  };
}
