/** What tools measure: how histories are read and summed up. Plain TypeScript, without the service around it. */
export { HistoryReader } from './chunks/history-reader.ts';
export { countObservations, priceStatistics } from './price-statistics.ts';
export { PriceTimeline } from './price-timeline.ts';
