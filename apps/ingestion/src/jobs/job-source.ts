import { marketplaceIn } from '@souk/amazon';
import type { Source } from '../sources/source-registry.ts';
import type { JobSource } from './check-lines.ts';

export function jobSourceOf({ name, order, adapter, config }: Source): JobSource {
  const marketplace = (config as { marketplace?: unknown } | null)?.marketplace;
  return {
    name,
    order,
    canLookUp: adapter.lookup !== undefined,
    country: typeof marketplace === 'string' ? marketplaceIn(marketplace)?.country : undefined,
    problemOf: (product) => adapter.checkProduct?.(config, product) ?? null,
  };
}
