import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { renderPriceChart } from '@souk/chart';
import { GetPriceChart } from '@souk/contracts';
import { Clock } from '@souk/service';

const YEAR_MS = 365 * 24 * 3_600_000;
const ASK_DEADLINE_MS = 2_000;
/** A storm of alerts about one product draws it once. */
const KEPT_MS = 30_000;
const KEPT_AT_MOST = 40;

/** Price charts of products, as PNGs. Remote calls: never within a transaction. */
@Injectable()
export class Charts {
  private readonly kept = new Map<string, { png: Promise<Uint8Array | undefined>; untilMs: number }>();

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** The last year of the product's current offer; undefined when there is nothing to draw, or nobody to draw it now. */
  png(accountId: string, productId: string, title: string): Promise<Uint8Array | undefined> {
    const key = `${accountId} ${productId}`;
    const nowMs = this.clock.now().getTime();
    const known = this.kept.get(key);
    if (known && known.untilMs > nowMs) return known.png;
    const png = this.draw(accountId, productId, title).catch(() => undefined);
    this.kept.delete(key);
    this.kept.set(key, { png, untilMs: nowMs + KEPT_MS });
    if (this.kept.size > KEPT_AT_MOST) this.kept.delete(this.kept.keys().next().value!);
    return png;
  }

  private async draw(accountId: string, productId: string, title: string): Promise<Uint8Array | undefined> {
    const from = new Date(this.clock.now().getTime() - YEAR_MS).toISOString();
    const { chart } = await this.bus.ask(
      GetPriceChart,
      { accountId, productId, from },
      { deadlineMs: ASK_DEADLINE_MS },
    );
    if (!chart || chart.points.length === 0) return undefined;
    const { currency, points, gaps, to, lowest, usual } = chart;
    return renderPriceChart({
      title,
      currency,
      points: points.map(({ at, ...point }) => ({ atMs: Date.parse(at), ...point })),
      gaps: gaps.map((gap) => ({ fromMs: Date.parse(gap.from), toMs: Date.parse(gap.to) })),
      toMs: Date.parse(to),
      lowest: { priceMinor: lowest.priceMinor, atMs: Date.parse(lowest.observedAt) },
      ...(usual && { usual }),
    });
  }
}
