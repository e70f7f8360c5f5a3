import { init, setPlatformAPI, use } from 'echarts/core';
import { install as bars } from 'echarts/lib/chart/bar/install.js';
import { install as lines } from 'echarts/lib/chart/line/install.js';
import { install as dots } from 'echarts/lib/chart/scatter/install.js';
import { install as graphic } from 'echarts/lib/component/graphic/install.js';
import { install as grid } from 'echarts/lib/component/grid/installSimple.js';
import { install as markArea } from 'echarts/lib/component/marker/installMarkArea.js';
import { install as markLine } from 'echarts/lib/component/marker/installMarkLine.js';
import { install as svgRenderer } from 'echarts/lib/renderer/installSVGRenderer.js';
import { barChartHeight, barChartOption } from './bar-chart.ts';
import { type Chart, HEIGHT, WIDTH } from './chart.ts';
import { metricsOf } from './font.ts';
import { indexChartOption } from './index-chart.ts';
import { priceChartOption } from './price-chart.ts';
import { sparklineSvg } from './sparkline.ts';

use([bars, lines, dots, grid, graphic, markArea, markLine, svgRenderer]);

// Without a canvas ECharts guesses how wide texts are; the font's own figures keep labels apart.
setPlatformAPI({
  measureText: (text, font) => {
    const size = Number(/([\d.]+)px/.exec(font ?? '')?.[1] ?? 12);
    return { width: metricsOf(/\bbold\b/.test(font ?? '') ? 'bold' : 'normal').widthOf(text, size) };
  },
});

/** A chart as SVG; `decimals` of the minor unit of its currency, where it has one. */
export function drawSvg(chart: Chart, decimals: number): string {
  if (chart.kind === 'sparkline') return sparklineSvg(chart);
  const height = chart.height ?? (chart.kind === 'bars' ? barChartHeight(chart) : HEIGHT);
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: chart.width ?? WIDTH, height });
  try {
    drawing.setOption(optionOf(chart, decimals));
    // Its style sheet holds only what a mouse would do.
    return drawing.renderToSVGString().replace(/<style.*<\/style>\s*/s, '');
  } finally {
    drawing.dispose();
  }
}

function optionOf(chart: Exclude<Chart, { kind: 'sparkline' }>, decimals: number) {
  if (chart.kind === 'price') return priceChartOption(chart, decimals);
  return chart.kind === 'index' ? indexChartOption(chart) : barChartOption(chart);
}
