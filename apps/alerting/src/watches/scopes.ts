import type { ProductFacts, WatchTarget } from '@souk/contracts';
import { v5 as uuidV5 } from 'uuid';

const SCOPE_NAMESPACE = '5a9d6a3c-9f44-5c8e-9f3d-0b6e6f1f7a05';
/** Levels of a category path that count; deeper ones are no place that anybody looks for. */
const MAX_LEVELS = 10;

const key = (...parts: string[]): string => uuidV5(parts.join('\n'), SCOPE_NAMESPACE);
const named = (text: string): string => text.normalize('NFKC').trim().toLowerCase();

export const sourceScope = (source: string): string => key('source', source);
const categoryScope = (category: string, source?: string): string =>
  key('category', named(category), source ?? '');
const variantsScope = (source: string, product: string): string => key('variants', source, product);

/** The id under which a watch on many listings stands in the match index; null of those on listings by their ids. */
export function scopeOf(target: WatchTarget): string | null {
  switch (target.kind) {
    case 'source':
      return sourceScope(target.source);
    case 'category':
      return categoryScope(target.category, target.source);
    case 'variants':
      return variantsScope(target.source, target.product);
    default:
      return null;
  }
}

/** Every scope that a listing is in, but for its source's, which any price of it tells. */
export function scopesOf(
  source: string,
  product: string,
  { category = [], variantOf }: Pick<ProductFacts, 'category' | 'variantOf'>,
): string[] {
  const categories = category
    .slice(0, MAX_LEVELS)
    .flatMap((name) => [categoryScope(name), categoryScope(name, source)]);
  return [...new Set([...categories, variantsScope(source, variantOf ?? product)])];
}

/** Whether a variation has the attributes that a watch asks for, whatever else it is. */
export function hasAttributes(
  attributes: Readonly<Record<string, string>>,
  variant: Readonly<Record<string, string>> | null,
): boolean {
  const values = new Map(Object.entries(variant ?? {}).map(([name, value]) => [named(name), named(value)]));
  return Object.entries(attributes).every(([name, value]) => values.get(named(name)) === named(value));
}
