export { readPage, type PageOptions, type PageProduct } from './read-page.ts';
export { PageTooComplex, pageLimits, type PageLimits } from './page-tree.ts';
export type { Notation, ProductFacts, Reading } from './reading.ts';
export { selectorFields, selectorProblem, type SelectorField, type Selectors } from './selectors.ts';
export type { Disagreement } from './agreement.ts';
export { pageKey } from './schema-product.ts';
