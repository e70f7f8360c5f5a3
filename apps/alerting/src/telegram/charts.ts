import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ChartRenderer, type IndexChart, type Reader } from '@souk/chart';
import { GetPriceChart } from '@souk/contracts';
import { Clock } from '@souk/service';
import { setTimeout as delay } from 'node:timers/promises';

const YEAR_MS = 365 * 24 * 3_600_000;
const ASK_DEADLINE_MS = 2_000;
/** A storm of alerts about one product draws it once for each language and time zone. */
const KEPT_MS = 30_000;
const KEPT_AT_MOST = 40;
/** A message does not wait for its picture for longer, nor for those of many others. */
const PATIENCE_MS = 2_000;
const UNDER_WAY_AT_MOST = 4;
/** Of charts that are not sized; twice as many pixels, for sharp letters on a phone. */
const PNG_WIDTH = 1_800;

/** Price charts of products, as PNGs. Remote calls: never within a transaction. */
@Injectable()
export class Charts implements OnApplicationShutdown {
  /** Its thread lives while there is something to draw. */
  private readonly renderer = new ChartRenderer();
  private underWay = 0;
  private readonly kept = new Map<string, { png: Promise<Uint8Array | undefined>; untilMs: number }>();

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /**
   * The last year of the product's current offer; undefined when there is nothing to draw. The account is known to see
   * the product: whoever else sees it sees the same chart.
   */
  png(accountId: string, productId: string, title: string, reader: Reader): Promise<Uint8Array | undefined> {
    const name = nameOf(productId, reader);
    const known = this.known(name);
    if (known) return known;
    this.underWay += 1;
    const png = this.draw(accountId, productId, title, reader)
      .catch(() => undefined)
      .finally(() => (this.underWay -= 1));
    const kept = { png, untilMs: this.clock.now().getTime() + KEPT_MS };
    this.kept.delete(name);
    this.kept.set(name, kept);
    // Whoever asks again where there was none may find one.
    void png.then((drawn) => {
      if (drawn === undefined && this.kept.get(name) === kept) this.kept.delete(name);
    });
    if (this.kept.size > KEPT_AT_MOST) this.kept.delete(this.kept.keys().next().value!);
    return png;
  }

  /** The same for a message that is on its way: undefined also when it would have to wait. */
  async soon(
    accountId: string,
    productId: string,
    title: string,
    reader: Reader,
  ): Promise<Uint8Array | undefined> {
    if (this.underWay >= UNDER_WAY_AT_MOST && !this.known(nameOf(productId, reader))) return undefined;
    const patience = new AbortController();
    const tooLong = delay(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    const png = await Promise.race([this.png(accountId, productId, title, reader), tooLong]);
    patience.abort();
    return png;
  }

  /** A price index; undefined when it cannot be drawn now. */
  async index(title: string, points: IndexChart['points'], reader: Reader): Promise<Uint8Array | undefined> {
    return this.renderer.png({ kind: 'index', title, points, reader }, PNG_WIDTH).catch(() => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.renderer.close();
  }

  private known(name: string): Promise<Uint8Array | undefined> | undefined {
    const known = this.kept.get(name);
    return known && known.untilMs > this.clock.now().getTime() ? known.png : undefined;
  }

  private async draw(
    accountId: string,
    productId: string,
    title: string,
    reader: Reader,
  ): Promise<Uint8Array | undefined> {
    const from = new Date(this.clock.now().getTime() - YEAR_MS).toISOString();
    const { chart } = await this.bus.ask(
      GetPriceChart,
      { accountId, productId, from },
      { deadlineMs: ASK_DEADLINE_MS },
    );
    if (!chart || chart.points.length === 0) return undefined;
    const { currency, points, gaps, to, lowest, usual } = chart;
    const drawing = {
      kind: 'price' as const,
      title,
      reader,
      currency,
      points: points.map(({ at, ...point }) => ({ atMs: Date.parse(at), ...point })),
      gaps: gaps.map((gap) => ({ fromMs: Date.parse(gap.from), toMs: Date.parse(gap.to) })),
      toMs: Date.parse(to),
      lowest: { priceMinor: lowest.priceMinor, atMs: Date.parse(lowest.observedAt) },
      ...(usual && { usual }),
    };
    return this.renderer.png(drawing, PNG_WIDTH);
  }
}

const nameOf = (productId: string, { locale, timeZone }: Reader): string =>
  `${productId} ${locale} ${timeZone}`;
