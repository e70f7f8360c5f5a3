/** What tools measure: how histories are read, summed up and judged. Plain TypeScript, without the service around it. */
export { HistoryReader } from './chunks/history-reader.ts';
export { judgePrices } from './judge-prices.ts';
export { OfferHistory } from './offer-history.ts';
export { countObservations, priceStatistics } from './price-statistics.ts';
export { PriceTimeline } from './price-timeline.ts';
