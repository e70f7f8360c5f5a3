export type { BarChart, Chart, ChartPoint, IndexChart, PriceChart, Span, Sparkline } from './chart.ts';
export { ChartFailed, ChartRenderer, type RendererLimits } from './chart-renderer.ts';
export { CHART_WORDS, type ChartWords, type Reader } from './words.ts';
export { thinned } from './price-lines.ts';
