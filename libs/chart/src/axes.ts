import { FONT_FAMILY, metricsOf } from './font.ts';
import type { TimeText } from './texts.ts';
import { THEME } from './theme.ts';
import { roundStep, timeTicks } from './time-ticks.ts';

export const AXIS_FONT = 21;
const LABEL_MARGIN = 12;
const label = { color: THEME.muted, fontSize: AXIS_FONT, fontFamily: FONT_FAMILY };

/** Room that a label of the time axis needs, in pixels. */
const TIME_LABEL = 125;

/** Ticks keep away from the ends, so that no label is cut off. */
export function timeAxis(fromMs: number, toMs: number, widthPixels: number, times: TimeText) {
  const edgeMs = ((toMs - fromMs) / widthPixels) * 0.3 * TIME_LABEL;
  const ticks = timeTicks(fromMs, toMs, Math.floor(widthPixels / TIME_LABEL), times.timeZone);
  const values = ticks.filter((atMs) => atMs <= toMs - edgeMs);
  const stepMs = ticks.length > 1 ? ticks[1]! - ticks[0]! : toMs - fromMs;
  return {
    type: 'value' as const,
    min: fromMs,
    max: toMs,
    axisLine: { lineStyle: { color: THEME.grid, width: 2 } },
    axisTick: { show: values.length > 0, customValues: values, length: 7, lineStyle: { color: THEME.muted } },
    splitLine: { show: false },
    axisLabel: {
      ...label,
      customValues: values,
      margin: 18,
      hideOverlap: true,
      formatter: (value: number) => times.tick(value, stepMs),
    },
  };
}

/** Room above and below the values, ends on round steps; never below zero. `leastStep` is 1 for minor units. */
export function valueAxis(
  values: readonly number[],
  leastStep: number,
  formatter: (value: number, step: number) => string,
) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const range = Math.max(high - low, Math.abs(high) * 0.08, leastStep * 4);
  const step = Math.max(leastStep, roundStep(range, 4));
  const min = Math.max(0, Math.floor((low - range * 0.06) / step) * step);
  const max = Math.ceil((high + range * 0.06) / step) * step;
  return {
    type: 'value' as const,
    min,
    max,
    interval: step,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: THEME.grid, width: 1.5 } },
    axisLabel: { ...label, margin: LABEL_MARGIN, formatter: (value: number) => formatter(value, step) },
  };
}

/** What the labels beside a value axis need, in pixels. */
export function labelWidth({ min, max, interval, axisLabel }: ReturnType<typeof valueAxis>): number {
  const count = Math.round((max - min) / interval) + 1;
  const texts = Array.from({ length: count }, (_, index) => axisLabel.formatter(min + index * interval));
  return LABEL_MARGIN + Math.max(...texts.map((text) => metricsOf('normal').widthOf(text, AXIS_FONT)));
}
