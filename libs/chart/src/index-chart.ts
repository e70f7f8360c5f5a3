import { type IndexChart, WIDTH } from './chart.ts';
import { labelWidth, timeAxis, valueAxis } from './axes.ts';
import { header, MARGIN } from './header.ts';
import { TimeText } from './texts.ts';
import { THEME } from './theme.ts';
import { ENGLISH } from './words.ts';

export function indexChartOption({ points, title, width = WIDTH, reader = ENGLISH }: IndexChart) {
  const { words, locale } = reader;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const newest = values.at(-1);
  const change = newest === undefined ? undefined : newest - 100;
  const head = header(
    title,
    change === undefined
      ? [{ text: words.noIndex }]
      : [
          { text: number.format(newest!), isBold: true, colour: THEME.usual },
          {
            text: words.index.replace('{change}', `${change > 0 ? '+' : ''}${number.format(change)}`),
          },
        ],
    width,
  );
  const fromMs = points[0]?.atMs ?? 0;
  const yAxis = valueAxis([100, ...values], 0.1, (value) => number.format(value));
  const left = MARGIN + labelWidth(yAxis);
  return {
    animation: false,
    backgroundColor: THEME.background,
    graphic: { elements: head.elements },
    grid: { left, right: MARGIN + 8, top: head.bottom + 14, bottom: 58 },
    xAxis: timeAxis(
      fromMs,
      Math.max(points.at(-1)?.atMs ?? 0, fromMs + 1),
      width - left - MARGIN,
      new TimeText(reader),
    ),
    yAxis,
    series: [
      {
        type: 'line' as const,
        silent: true,
        data: points.map(({ atMs, value }) => [atMs, value]),
        showSymbol: values.length < 3,
        symbolSize: 12,
        lineStyle: { color: THEME.usual, width: 4, join: 'round' as const },
        itemStyle: { color: THEME.usual },
        areaStyle: { color: THEME.usualBand, origin: 'start' as const },
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          data: [{ yAxis: 100, lineStyle: { color: THEME.list, width: 2, type: [6, 6] } }],
        },
      },
    ],
  };
}
