export type { HistoryRow, ReplayedObservation } from './history-row.ts';
export { readHistory, type HistoryKind } from './read-history.ts';
export { addsUp, replay, type ReplayCounts, type ReplayOptions } from './replay.ts';
export { Report } from './report.ts';
