export { asinProblem } from './asin.ts';
export {
  readCatalogueAnswer,
  type CatalogueAnswer,
  type CatalogueItem,
  type ItemObservation,
} from './catalogue-answer.ts';
export { gtinOf } from './gtin.ts';
export { pathOf } from './item-facts.ts';
export {
  marketplaceAt,
  marketplaceIn,
  marketplaceOfKeepa,
  marketplaces,
  type CredentialRegion,
  type Marketplace,
} from './marketplaces.ts';
export { KeepaEnvelope, KeepaProduct, tokenWaitMs } from './keepa/answer.ts';
export { keepaCurrent, keepaHistory, type KeepaHistory, type KeepaObservation } from './keepa/history.ts';
export { keepaMinutes, keepaTimeMs, readSeries, type SeriesPoint } from './keepa/series.ts';
