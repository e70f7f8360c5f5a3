export type { HistoryRow, ReplayedObservation } from './history-row.ts';
export { historyKinds, readHistory, type HistoryKind } from './read-history.ts';
export { addsUp, replay, type ReplayCounts, type ReplayOptions } from './replay.ts';
export { Report } from './report.ts';
export { productCode } from './product-code.ts';
export { isArchive, unpacked } from './unpack.ts';
