import { type ChartPoint, HEIGHT, type PriceChart, type Span, WIDTH } from './chart.ts';
import { labelWidth, timeAxis, valueAxis } from './axes.ts';
import { header, MARGIN, type Phrase } from './header.ts';
import { LEGEND_ROW, legendElements, type LegendItem, legendRows } from './legend.ts';
import { type Line, priceLines, thinned } from './price-lines.ts';
import { MoneyText, TimeText } from './texts.ts';
import { THEME } from './theme.ts';
import { type ChartWords, ENGLISH } from './words.ts';

const DOT = 15;
/** Little wider than a line, with its border. */
const SMALL_DOT = 8;

/** The ECharts option of a price chart; `decimals` of its currency's minor unit. */
export function priceChartOption(chart: PriceChart, decimals: number) {
  const { width = WIDTH, height = HEIGHT, gaps = [], usual, lowest, reader = ENGLISH } = chart;
  const money = new MoneyText(chart.currency, decimals, reader.locale);
  const times = new TimeText(reader);
  const { fromMs, toMs } = spanOf(chart);
  const points = thinned(chart.points, width, toMs);
  const lines = priceLines(points, gaps, toMs);
  const head = header(chart.title, phrasesOf(chart, { money, times, words: reader.words }), width);
  const legend = legendRows(legendItems(chart, lines, reader.words), width - 2 * MARGIN);
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
    xAxis: { ...timeAxis(fromMs, toMs, width - left - MARGIN, times), show: !isEmpty },
    yAxis: { ...yAxis, show: !isEmpty },
    series: [
      background(chart, lines.outOfStock),
      line(lines.list, THEME.list, { width: 2.5, type: [9, 6] }, 2),
      line(lines.imported, THEME.imported, { width: 4 }, 3),
      line(lines.observed, THEME.price, { width: 4 }, 4),
      marks(chart, lines.alone, toMs),
    ],
  };
}

function spanOf({ points, toMs }: PriceChart): Span {
  const fromMs = points[0]?.atMs ?? 0;
  const endMs = Math.max(toMs ?? 0, points.at(-1)?.atMs ?? 0);
  return { fromMs, toMs: endMs > fromMs ? endMs : fromMs + 86_400_000 };
}

interface Writing {
  money: MoneyText;
  times: TimeText;
  words: ChartWords;
}

function phrasesOf(chart: PriceChart, { money, times, words }: Writing): Phrase[] {
  const { points, lowest, usual } = chart;
  const newest = points.at(-1);
  if (!newest) return [{ text: words.noPrice }];
  return [
    { text: money.of(newest.priceMinor), isBold: true, colour: THEME.price },
    { text: whenOf(newest, unseenSince(chart), times, words) },
    ...(usual
      ? [
          { text: `· ${ofDays(words, 'median', usual.days)}` },
          { text: money.of(usual.medianMinor), colour: THEME.usual },
        ]
      : []),
    ...(lowest
      ? [
          { text: `· ${words.lowest}` },
          { text: money.of(lowest.priceMinor), colour: THEME.low },
          { text: words.onDay.replace('{day}', times.day(lowest.atMs)) },
        ]
      : []),
  ];
}

/** A year is called by its name. */
const ofDays = (words: ChartWords, what: 'median' | 'usualRange', days: number | undefined): string =>
  days === undefined ? words[what] : words[`${what}OfDays`].replace('{days}', String(days));

function legendItems(
  { usual, lowest, gaps }: PriceChart,
  lines: ReturnType<typeof priceLines>,
  words: ChartWords,
): LegendItem[] {
  return [
    ...(lines.observed.length > 0 ? [{ text: words.price, colour: THEME.price }] : []),
    ...(lines.imported.length > 0 ? [{ text: words.imported, colour: THEME.imported }] : []),
    ...(lines.list.length > 0 ? [{ text: words.listPrice, colour: THEME.list, isDashed: true }] : []),
    ...(usual
      ? [{ text: ofDays(words, 'usualRange', usual.days), colour: 'rgba(63, 110, 163, 0.28)', isArea: true }]
      : []),
    ...(lowest ? [{ text: words.lowestEver, colour: THEME.low, isDashed: true }] : []),
    ...(lines.outOfStock.length > 0 ? [{ text: words.outOfStock, colour: '#d9d5ce', isArea: true }] : []),
    ...(gaps && gaps.length > 0 ? [{ text: words.notObserved, colour: THEME.price, isBroken: true }] : []),
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

function whenOf(
  { isAvailable }: ChartPoint,
  unseenSinceMs: number | undefined,
  times: TimeText,
  words: ChartWords,
): string {
  const isSoldOut = isAvailable === false;
  if (unseenSinceMs === undefined) return isSoldOut ? words.soldOut : words.now;
  return words[isSoldOut ? 'lastSeenSoldOut' : 'lastSeen'].replace('{day}', times.day(unseenSinceMs));
}

/** When the newest price was seen last, where it is not in force any more where the chart ends. */
function unseenSince(chart: PriceChart): number | undefined {
  const { toMs } = spanOf(chart);
  return chart.gaps?.find((gap) => gap.toMs >= toMs && gap.fromMs < toMs)?.fromMs;
}

/**
 * A dot at the newest price, one where the price was lowest when that is on the chart, and small ones for prices that no
 * line tells.
 */
function marks(chart: PriceChart, alone: readonly ChartPoint[], toMs: number) {
  const { points, lowest } = chart;
  const newest = points.at(-1);
  const first = points[0]?.atMs ?? Infinity;
  return {
    type: 'scatter' as const,
    silent: true,
    z: 6,
    symbolSize: DOT,
    data: [
      ...alone.map((point) => ({
        ...dot(point.atMs, point.priceMinor, colourOf(point)),
        symbolSize: SMALL_DOT,
      })),
      ...(newest && unseenSince(chart) === undefined ? [dot(toMs, newest.priceMinor, colourOf(newest))] : []),
      ...(lowest && lowest.atMs >= first ? [dot(lowest.atMs, lowest.priceMinor, THEME.low)] : []),
    ],
  };
}

const colourOf = ({ isImported }: ChartPoint): string => (isImported ? THEME.imported : THEME.price);

const dot = (atMs: number, priceMinor: number, color: string) => ({
  value: [atMs, priceMinor],
  itemStyle: { opacity: 1, color, borderColor: THEME.background, borderWidth: 2.5 },
});
