import type { PriceChart } from './chart.ts';
import { ChartFailed, ChartRenderer } from './chart-renderer.ts';
import { priceChartOption } from './price-chart.ts';
import { sparklineSvg } from './sparkline.ts';
import { CHART_WORDS } from './words.ts';

const chart: PriceChart = {
  kind: 'price',
  currency: 'EUR',
  title: 'Lamp <b onload="x">',
  points: Array.from({ length: 60 }, (_, day) => ({
    atMs: day * 86_400_000,
    priceMinor: 1_000 + (day % 5) * 10,
  })),
  lowest: { priceMinor: 1_000, atMs: 0 },
  usual: { medianMinor: 1_020, lowMinor: 1_010, highMinor: 1_030 },
};
const renderers: ChartRenderer[] = [];
const rendererOf = (limits?: ConstructorParameters<typeof ChartRenderer>[0]): ChartRenderer => {
  const renderer = new ChartRenderer(limits);
  renderers.push(renderer);
  return renderer;
};
afterAll(() => Promise.all(renderers.map((renderer) => renderer.close())));

describe('charts', () => {
  it('are drawn as SVG, with what others wrote escaped', async () => {
    const svg = await rendererOf().svg(chart);
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain('Lamp &lt;b');
    expect(svg).not.toContain('<b ');
    expect(svg).toContain('€10.40');
  });

  it('are written in the language and days of whoever looks at them', async () => {
    const words = { ...CHART_WORDS, lowest: 'niedrigster', onDay: 'am {day}', now: 'jetzt' };
    const reader = { locale: 'de', timeZone: 'America/New_York', words };
    const svg = await rendererOf().svg({ ...chart, reader });
    const texts = svg.replaceAll(/[\u00A0\u202F]|&nbsp;|&#160;/g, ' ');
    for (const text of ['10,40 €', 'jetzt', '· niedrigster', 'am 31. Dez. 1969'])
      expect(texts).toContain(text);
    expect(texts).not.toContain('€10.40');
    const index = await rendererOf().svg({ kind: 'index', reader, points: [{ atMs: 0, value: 98.5 }] });
    expect(index).toContain('(-1,5 % since the beginning');
  });

  it('say of which time the usual prices are: cards call another median usual', async () => {
    const svg = await rendererOf().svg(chart);
    expect(svg).toContain('1-year median');
    expect(svg).toContain('1-year usual range');
    expect(svg).not.toContain('usually');
    const young = await rendererOf().svg({ ...chart, usual: { ...chart.usual!, days: 200 } });
    expect(young).toContain('200-day median');
    expect(young).toContain('200-day usual range');
    expect(young).not.toContain('1-year');
  });

  it('say when a price was seen last that is not seen any more, also of what was sold out', async () => {
    const DAY_MS = 86_400_000;
    // The newest price was told on day 59 and seen until day 70.
    const unseen = { gaps: [{ fromMs: 70 * DAY_MS, toMs: 80 * DAY_MS }], toMs: 80 * DAY_MS };
    expect(await rendererOf().svg({ ...chart, ...unseen })).toContain('when last seen, 12 Mar 1970');
    const points = chart.points.map((point) => ({ ...point, isAvailable: false }));
    const soldOut = await rendererOf().svg({ ...chart, ...unseen, points });
    expect(soldOut).toContain('out of stock when last seen, 12 Mar 1970');
    expect(soldOut).not.toContain('at last');
    expect(await rendererOf().svg({ ...chart, points })).toContain('at last, out of stock');
  });

  it('have a dot for a price that was seen once between two gaps', () => {
    const dots = (gaps: PriceChart['gaps']) => {
      const { series } = priceChartOption({ ...chart, points: chart.points.slice(0, 9), gaps: gaps! }, 2);
      return series.at(-1)!.data as { value: [number, number]; symbolSize?: number }[];
    };
    const at = (day: number): number => chart.points[day]!.atMs;
    const lonely = [
      { fromMs: at(3) + 1, toMs: at(4) },
      { fromMs: at(4), toMs: at(5) },
    ];
    expect(dots(lonely)).toContainEqual(expect.objectContaining({ value: [at(4), 1_040], symbolSize: 8 }));
    expect(dots([]).filter(({ symbolSize }) => symbolSize === 8)).toEqual([]);
    const spark = { kind: 'sparkline' as const, points: chart.points.slice(0, 9) };
    expect(sparklineSvg({ ...spark, gaps: lonely })).toContain('r="1.5"');
    expect(sparklineSvg(spark)).not.toContain('r="1.5"');
  });

  it('are drawn as PNG as wide as wanted, one after the other', async () => {
    const renderer = rendererOf();
    const [price, bars, index, spark] = await Promise.all([
      renderer.png(chart, 1_800),
      renderer.png({ kind: 'bars', bars: [{ label: 'Lamp', value: 10 }] }, 600),
      renderer.png({ kind: 'index', points: [{ atMs: 0, value: 100 }] }, 500),
      renderer.png({ kind: 'sparkline', points: chart.points }, 400),
    ]);
    expect([price, bars, index, spark].map(widthOf)).toEqual([1_800, 600, 500, 400]);
  });

  it('can be drawn of nothing, of one price, and of prices that never change', async () => {
    const renderer = rendererOf();
    for (const points of [[], chart.points.slice(0, 1), [chart.points[0]!, chart.points[5]!]]) {
      for (const drawn of [
        { kind: 'price' as const, currency: 'JPY', points },
        { kind: 'sparkline' as const, points },
      ]) {
        const svg = await renderer.svg(drawn);
        expect(svg).toMatch(/^<svg /);
        expect(svg).not.toContain('NaN');
      }
    }
  });

  it('are refused while too many wait, and those that wait are drawn', async () => {
    const renderer = rendererOf({ waitingAtMost: 2 });
    const wanted = [1, 2, 3].map(() => renderer.svg(chart));
    await expect(renderer.svg(chart)).rejects.toMatchObject({ isBusy: true });
    expect(await Promise.all(wanted)).toHaveLength(3);
  });

  it('that take too long are given up, and the next one is drawn by a new thread', async () => {
    const renderer = rendererOf({ withinMs: 1 });
    await expect(renderer.png(chart, 1_800)).rejects.toBeInstanceOf(ChartFailed);
    Object.assign(renderer, { limits: { waitingAtMost: 1, withinMs: 60_000, idleMs: 1_000 } });
    expect(await renderer.svg(chart)).toMatch(/^<svg /);
  });

  it('that cannot be drawn say so, and the next one is drawn', async () => {
    const renderer = rendererOf();
    await expect(renderer.svg({ ...chart, currency: 'no currency' })).rejects.toThrow(/cannot be drawn/);
    expect(await renderer.svg(chart)).toMatch(/^<svg /);
  });
});

/** From the header of a PNG (RFC 2083, section 4.1.1). */
function widthOf(png: Uint8Array): number {
  expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG');
  return Buffer.from(png).readUInt32BE(16);
}
