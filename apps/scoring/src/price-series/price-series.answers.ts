import { Controller } from '@nestjs/common';
import { Answer } from '@souk/bus';
import { GetPriceChart, GetPriceSeries, MAX_BUCKETS, Refusal, type ResponseOf } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import { HistoryReader, type Series } from '../chunks/history-reader.ts';
import type { PointColumns } from '../chunks/point-columns.ts';
import { chartData } from './chart-data.ts';
import { longestSilenceMs } from './held-prices.ts';
import { bucketStart, priceBuckets } from './price-buckets.ts';
import { PriceSeriesStore, type ShownOffer, type WantedOffer } from './price-series.store.ts';

interface Loaded {
  offer: ShownOffer;
  /** One for each currency. */
  histories: Series<PointColumns>[];
  isImported: (provenance: number) => boolean;
}

/** Histories for the eye: by day and week, and as what charts are drawn from. */
@Controller()
export class PriceSeriesAnswers {
  constructor(
    private readonly database: Database,
    private readonly reader: HistoryReader,
    private readonly store: PriceSeriesStore,
    private readonly clock: Clock,
  ) {}

  @Answer(GetPriceSeries)
  async series(request: z.output<typeof GetPriceSeries.request>): Promise<ResponseOf<typeof GetPriceSeries>> {
    const { resolution } = request;
    const loaded = await this.load(request.accountId, request);
    if (!loaded) return { series: [] };
    const { offer, isImported } = loaded;
    // Days and weeks are told whole: also those that the ends of the window lie in.
    const firstAt = request.from ? instant(bucketStart(Date.parse(request.from), resolution)) : '';
    const lastAt = request.to ?? '~';
    return {
      series: loaded.histories.flatMap(({ currency, offerId, ...history }) => {
        const silenceMs = longestSilenceMs(history.atMs);
        const all = priceBuckets(history, resolution, silenceMs, isImported);
        const buckets = all.filter(({ startsAt }) => startsAt >= firstAt && startsAt <= lastAt);
        if (buckets.length === 0) return [];
        const isCut = buckets.length > MAX_BUCKETS;
        const { seller, condition } = offer;
        const told = buckets.slice(-MAX_BUCKETS);
        return { offerId, currency, seller, condition, longestSilenceMs: silenceMs, buckets: told, isCut };
      }),
    };
  }

  @Answer(GetPriceChart)
  async chart(request: z.output<typeof GetPriceChart.request>): Promise<ResponseOf<typeof GetPriceChart>> {
    const loaded = await this.load(request.accountId, request);
    const wanted = request.currency ?? loaded?.offer.currency;
    const history = loaded?.histories.find(({ currency }) => currency === wanted);
    if (!loaded || !history) return { chart: null };
    const { offer, isImported } = loaded;
    const silenceMs = longestSilenceMs(history.atMs);
    const nowMs = this.clock.now().getTime();
    const told = chartData(history, windowOf(request), silenceMs, nowMs, isImported);
    if (!told) return { chart: null };
    return { chart: { ...offer, currency: history.currency, condition: offer.condition, ...told } };
  }

  /** @throws Refusal not-found where an offer is asked for that nothing is stored of, or that is none of the product's */
  private load(accountId: string, wanted: WantedOffer): Promise<Loaded | undefined> {
    return this.database.read([accountId], async (tx) => {
      const offer = await this.store.offer(tx, wanted);
      if (!offer && wanted.offerId !== undefined)
        throw new Refusal('not-found', 'No prices are stored of such an offer of this product.');
      if (!offer) return undefined;
      const histories = await this.reader.points(tx, [offer.offerId]);
      const provenances = new Set(histories.flatMap(({ provenance }) => [...provenance]));
      const imported = await this.store.imported(tx, provenances);
      return { offer, histories, isImported: (provenance) => imported.has(provenance) };
    });
  }
}

const windowOf = ({ from, to }: { from?: string | undefined; to?: string | undefined }) => ({
  fromMs: from === undefined ? undefined : Date.parse(from),
  toMs: to === undefined ? undefined : Date.parse(to),
});

const instant = (atMs: number): string => new Date(atMs).toISOString();
