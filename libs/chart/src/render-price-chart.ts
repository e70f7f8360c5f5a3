import { type PriceChart, WIDTH } from './chart.ts';
import { ChartRenderer } from './chart-renderer.ts';

let renderer: ChartRenderer | undefined;

/**
 * A price chart as PNG for a message, of twice its width in pixels; one drawing thread for the whole process, ended
 * while idle.
 * @throws ChartFailed `isBusy` when it is worth another try in a moment
 */
export function renderPriceChart(chart: Omit<PriceChart, 'kind'>): Promise<Uint8Array> {
  renderer ??= new ChartRenderer();
  return renderer.png({ kind: 'price', ...chart }, (chart.width ?? WIDTH) * 2);
}
