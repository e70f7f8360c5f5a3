import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Chart, ChartFailed, ChartRenderer } from '@souk/chart';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { Problem } from '../http/problem.ts';

export interface Picture {
  /** The same for the same picture. */
  etag: string;
  draw: () => Promise<string | Uint8Array>;
}

const WIDTH = 900;

/** Charts as pictures. What was drawn lately is not drawn again. */
@Injectable()
export class Pictures implements OnApplicationShutdown {
  private readonly renderer = new ChartRenderer();
  private readonly drawn = new LRUCache<string, string | Uint8Array>({
    max: 200,
    maxSize: 8 * 1024 ** 2,
    sizeCalculation: (picture) => picture.length,
  });

  async onApplicationShutdown(): Promise<void> {
    await this.renderer.close();
  }

  /** A PNG has twice as many pixels as the chart is wide. */
  of(chart: Chart, format: 'svg' | 'png'): Picture {
    const text = JSON.stringify([format, chart]);
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 27);
    return { etag: `"${name}"`, draw: () => this.draw(name, chart, format) };
  }

  private async draw(name: string, chart: Chart, format: 'svg' | 'png'): Promise<string | Uint8Array> {
    const known = this.drawn.get(name);
    if (known) return known;
    try {
      const picture =
        format === 'svg'
          ? await this.renderer.svg(chart)
          : await this.renderer.png(chart, (chart.width ?? WIDTH) * 2);
      this.drawn.set(name, picture);
      return picture;
    } catch (error) {
      if (!(error instanceof ChartFailed && error.isBusy)) throw error;
      throw new Problem('unavailable', `${error.message}; ask again in a moment.`, { retryAfterMs: 2_000 });
    }
  }
}
