export type { BarChart, Chart, ChartPoint, IndexChart, PriceChart, Span, Sparkline } from './chart.ts';
export { ChartFailed, ChartRenderer, type RendererLimits } from './chart-renderer.ts';
export { thinned } from './price-lines.ts';
