import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ChartFailed, ChartRenderer, type PriceChart } from '@souk/chart';
import type { PriceChartData } from '@souk/contracts';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { Problem } from '../http/problem.ts';

export interface Picture {
  /** The same for the same picture. */
  etag: string;
  draw: () => Promise<string | Uint8Array>;
}

/** Charts of histories. What was drawn lately is not drawn again. */
@Injectable()
export class HistoryPictures implements OnApplicationShutdown {
  private readonly renderer = new ChartRenderer();
  private readonly drawn = new LRUCache<string, string | Uint8Array>({
    max: 200,
    maxSize: 8 * 1024 ** 2,
    sizeCalculation: (picture) => picture.length,
  });

  async onApplicationShutdown(): Promise<void> {
    await this.renderer.close();
  }

  of(chart: PriceChart, format: 'svg' | 'png'): Picture {
    const text = JSON.stringify([format, chart]);
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 27);
    return { etag: `"${name}"`, draw: () => this.draw(name, chart, format) };
  }

  private async draw(name: string, chart: PriceChart, format: 'svg' | 'png'): Promise<string | Uint8Array> {
    const known = this.drawn.get(name);
    if (known) return known;
    try {
      const width = chart.width! * 2;
      const picture = await (format === 'svg' ? this.renderer.svg(chart) : this.renderer.png(chart, width));
      this.drawn.set(name, picture);
      return picture;
    } catch (error) {
      if (!(error instanceof ChartFailed && error.isBusy)) throw error;
      throw new Problem('unavailable', `${error.message}; ask again in a moment.`, { retryAfterMs: 2_000 });
    }
  }
}

/** What scoring tells, as libs/chart takes it. */
export function chartOf(data: PriceChartData | null, title: string | null, width: number): PriceChart {
  const shape = { kind: 'price', width, height: 500, ...(title !== null && { title }) } as const;
  if (!data) return { ...shape, currency: 'XXX', points: [] };
  const { points, gaps, to, lowest, usual, currency } = data;
  return {
    ...shape,
    currency,
    points: points.map(({ at, ...point }) => ({ atMs: Date.parse(at), ...point })),
    gaps: gaps.map((gap) => ({ fromMs: Date.parse(gap.from), toMs: Date.parse(gap.to) })),
    toMs: Date.parse(to),
    lowest: { priceMinor: lowest.priceMinor, atMs: Date.parse(lowest.observedAt) },
    ...(usual && { usual }),
  };
}
