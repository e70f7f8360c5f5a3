import { type ChartPoint, HEIGHT, type PriceChart, type Span, WIDTH } from './chart.ts';
import { labelWidth, timeAxis, valueAxis } from './axes.ts';
import { header, MARGIN, type Phrase } from './header.ts';
import { LEGEND_ROW, legendElements, type LegendItem, legendRows } from './legend.ts';
import { type Line, priceLines, thinned } from './price-lines.ts';
import { dayText, MoneyText } from './texts.ts';
import { THEME } from './theme.ts';

/** The ECharts option of a price chart; `decimals` of its currency's minor unit. */
export function priceChartOption(chart: PriceChart, decimals: number) {
  const { width = WIDTH, height = HEIGHT, gaps = [], usual, lowest } = chart;
  const money = new MoneyText(chart.currency, decimals);
  const { fromMs, toMs } = spanOf(chart);
  const points = thinned(chart.points, width, toMs);
  const lines = priceLines(points, gaps, toMs);
  const head = header(chart.title, phrasesOf(chart, money), width);
  const legend = legendRows(legendItems(chart, lines), width - 2 * MARGIN);
  const legendTop = height - 14 - legend.length * LEGEND_ROW;
  const values = [
    ...chart.points.flatMap(({ priceMinor, listPriceMinor }) => [priceMinor, listPriceMinor ?? priceMinor]),
    ...(lowest ? [lowest.priceMinor] : []),
    ...(usual ? [usual.lowMinor, usual.highMinor] : []),
  ];
  const isEmpty = chart.points.length === 0;
  const yAxis = valueAxis(isEmpty ? [0] : values, 1, (value, step) => money.tick(value, step));
  const left = MARGIN + labelWidth(yAxis);
  return {
    animation: false,
    backgroundColor: THEME.background,
    graphic: { elements: [...head.elements, ...legendElements(legend, MARGIN, legendTop)] },
    grid: { left, right: MARGIN + 8, top: head.bottom + 14, bottom: height - legendTop + 50 },
    // Of nothing there are no times and amounts to tell.
    xAxis: { ...timeAxis(fromMs, toMs, width - left - MARGIN), show: !isEmpty },
    yAxis: { ...yAxis, show: !isEmpty },
    series: [
      background(chart, lines.outOfStock),
      line(lines.list, THEME.list, { width: 2.5, type: [9, 6] }, 2),
      line(lines.imported, THEME.imported, { width: 4 }, 3),
      line(lines.observed, THEME.price, { width: 4 }, 4),
      marks(chart, toMs),
    ],
  };
}

/** Of a year: what is usual on cards and in deal answers is the median of 90 days, and may be another price. */
const MEDIAN = '1-year median';
const USUAL_RANGE = '1-year usual range';

function spanOf({ points, toMs }: PriceChart): Span {
  const fromMs = points[0]?.atMs ?? 0;
  const endMs = Math.max(toMs ?? 0, points.at(-1)?.atMs ?? 0);
  return { fromMs, toMs: endMs > fromMs ? endMs : fromMs + 86_400_000 };
}

function phrasesOf(chart: PriceChart, money: MoneyText): Phrase[] {
  const { points, lowest, usual } = chart;
  const newest = points.at(-1);
  if (!newest) return [{ text: 'No price to show' }];
  return [
    { text: money.of(newest.priceMinor), isBold: true, colour: THEME.price },
    { text: whenOf(newest, isSeenNow(chart)) },
    ...(usual ? [{ text: `· ${MEDIAN}` }, { text: money.of(usual.medianMinor), colour: THEME.usual }] : []),
    ...(lowest
      ? [
          { text: '· lowest' },
          { text: money.of(lowest.priceMinor), colour: THEME.low },
          { text: `on ${dayText(lowest.atMs)}` },
        ]
      : []),
  ];
}

function legendItems(
  { usual, lowest, gaps }: PriceChart,
  lines: ReturnType<typeof priceLines>,
): LegendItem[] {
  return [
    ...(lines.observed.length > 0 ? [{ text: 'price', colour: THEME.price }] : []),
    ...(lines.imported.length > 0 ? [{ text: 'price, imported', colour: THEME.imported }] : []),
    ...(lines.list.length > 0 ? [{ text: 'list price', colour: THEME.list, isDashed: true }] : []),
    ...(usual ? [{ text: USUAL_RANGE, colour: 'rgba(63, 110, 163, 0.28)', isArea: true }] : []),
    ...(lowest ? [{ text: 'lowest ever', colour: THEME.low, isDashed: true }] : []),
    ...(lines.outOfStock.length > 0 ? [{ text: 'out of stock', colour: '#d9d5ce', isArea: true }] : []),
    ...(gaps && gaps.length > 0 ? [{ text: 'not observed', colour: THEME.price, isBroken: true }] : []),
  ];
}

const line = (data: Line, color: string, lineStyle: object, z: number) => ({
  type: 'line' as const,
  silent: true,
  data: data.map((place) => place ?? [null, null]),
  showSymbol: false,
  connectNulls: false,
  lineStyle: { color, cap: 'butt' as const, join: 'miter' as const, ...lineStyle },
  itemStyle: { color },
  z,
});

/** Bands and marks lie on a line of their own that is not seen. */
function background({ usual, lowest }: PriceChart, outOfStock: readonly Span[]) {
  const silent = { silent: true, animation: false, z: 1 };
  return {
    type: 'line' as const,
    silent: true,
    data: [],
    z: 1,
    markArea: {
      ...silent,
      data: [
        ...outOfStock.map(({ fromMs, toMs }) => [
          { xAxis: fromMs, itemStyle: { color: THEME.outOfStock } },
          { xAxis: toMs },
        ]),
        ...(usual
          ? [[{ yAxis: usual.lowMinor, itemStyle: { color: THEME.usualBand } }, { yAxis: usual.highMinor }]]
          : []),
      ] as [object, object][],
    },
    markLine: {
      ...silent,
      symbol: 'none',
      label: { show: false },
      data: [
        ...(usual
          ? [
              {
                yAxis: usual.medianMinor,
                lineStyle: { color: THEME.usual, width: 2, type: 'solid' as const },
              },
            ]
          : []),
        ...(lowest
          ? [{ yAxis: lowest.priceMinor, lineStyle: { color: THEME.low, width: 2.5, type: [4, 6] } }]
          : []),
      ],
    },
  };
}

const whenOf = ({ isAvailable, atMs }: ChartPoint, isNow: boolean): string => {
  if (isAvailable === false) return 'at last, out of stock';
  return isNow ? 'now' : `when last seen, ${dayText(atMs)}`;
};

/** The newest price is still in force where the chart ends. */
function isSeenNow(chart: PriceChart): boolean {
  const { toMs } = spanOf(chart);
  return !(chart.gaps ?? []).some((gap) => gap.toMs >= toMs && gap.fromMs < toMs);
}

/** A dot at the newest price, and one where the price was lowest when that is on the chart. */
function marks(chart: PriceChart, toMs: number) {
  const { points, lowest } = chart;
  const newest = points.at(-1);
  const first = points[0]?.atMs ?? Infinity;
  return {
    type: 'scatter' as const,
    silent: true,
    z: 6,
    symbolSize: 15,
    data: [
      ...(newest && isSeenNow(chart)
        ? [dot(toMs, newest.priceMinor, newest.isImported ? THEME.imported : THEME.price)]
        : []),
      ...(lowest && lowest.atMs >= first ? [dot(lowest.atMs, lowest.priceMinor, THEME.low)] : []),
    ],
  };
}

const dot = (atMs: number, priceMinor: number, color: string) => ({
  value: [atMs, priceMinor],
  itemStyle: { opacity: 1, color, borderColor: THEME.background, borderWidth: 2.5 },
});
