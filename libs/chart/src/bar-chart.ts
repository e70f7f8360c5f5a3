import { type BarChart, WIDTH } from './chart.ts';
import { FONT_FAMILY, metricsOf } from './font.ts';
import { header, MARGIN } from './header.ts';
import { fitted } from './texts.ts';
import { THEME } from './theme.ts';

const BAR_ROW = 48;
const FONT_SIZE = 21;
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** As high as its bars need unless a height is given. */
export const barChartHeight = ({ bars, title }: BarChart): number =>
  Math.max(1, bars.length) * BAR_ROW + (title ? 80 : 30) + MARGIN;

/** Names that the font lacks give way to a number; whoever shows the picture lists the names beside it. */
export function barChartOption(chart: BarChart) {
  const { bars, title, width = WIDTH } = chart;
  const head = header(title, bars.length === 0 ? [{ text: 'Nothing to show' }] : [], width);
  const room = width * 0.42;
  const names = bars.map(({ label }, index) =>
    metricsOf('normal').canDraw(label) ? fitted(label, FONT_SIZE, room, 'normal') : `no. ${index + 1}`,
  );
  const texts = bars.map(({ value, text }) => text ?? number.format(value));
  const widest = (all: readonly string[]): number =>
    Math.max(0, ...all.map((one) => metricsOf('normal').widthOf(one, FONT_SIZE)));
  const hidden = { axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false } };
  return {
    animation: false,
    backgroundColor: THEME.background,
    graphic: { elements: head.elements },
    grid: {
      left: MARGIN + widest(names) + 16,
      right: MARGIN + widest(texts) + 14,
      top: head.bottom + 8,
      bottom: MARGIN / 2,
    },
    xAxis: { type: 'value' as const, ...hidden, axisLabel: { show: false } },
    yAxis: {
      type: 'category' as const,
      inverse: true,
      data: names,
      ...hidden,
      axisLabel: { color: THEME.ink, fontSize: FONT_SIZE, fontFamily: FONT_FAMILY, margin: 14, interval: 0 },
    },
    series: [
      {
        type: 'bar' as const,
        silent: true,
        barWidth: 28,
        data: bars.map(({ value }, index) => ({
          value,
          itemStyle: { color: value < 0 ? THEME.good : THEME.price, borderRadius: 5 },
          label: { formatter: texts[index]! },
        })),
        label: {
          show: true,
          position: 'right' as const,
          distance: 10,
          color: THEME.muted,
          fontSize: FONT_SIZE,
          fontFamily: FONT_FAMILY,
        },
      },
    ],
  };
}
