import { Controller } from '@nestjs/common';
import { Answer } from '@souk/bus';
import {
  type Forecast,
  type ForecastTraining,
  GetForecast,
  ListForecastTrainings,
  OPERATOR_ACCOUNT_ID,
  type ResponseOf,
  TrainForecasts,
} from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import { type CurrentOffer, DealsStore } from '../deals.store.ts';
import { scoreMissing } from '../deal-score.ts';
import type { PriceTimeline } from '../price-timeline.ts';
import { TimelineStore } from '../timeline.store.ts';
import { HORIZONS_DAYS, type HorizonDays } from './base-rates.ts';
import { type Advice, buyOrWait, NOTHING_LEARNT, tooLittleKnown } from './buy-or-wait.ts';
import { type ForecastModel, NO_MODEL } from './forecast-model.ts';
import { PriceForecast } from './forecast-prices.ts';
import { ForecastStore, type StoredTraining } from './forecast.store.ts';

/** What is answered; the 60 days beyond serve the judging of alerts. */
const ANSWERED_DAYS = [7, 14, 30] as const satisfies readonly HorizonDays[];
const ADVISED_DAYS = 30;

@Controller()
export class ForecastAnswers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly deals: DealsStore,
    private readonly timelines: TimelineStore,
    private readonly store: ForecastStore,
  ) {}

  /** Of the listing's offer observed last, as its deal is. */
  @Answer(GetForecast)
  async get(request: z.output<typeof GetForecast.request>): Promise<ResponseOf<typeof GetForecast>> {
    const { accountId, productId, targetMinor } = request;
    return this.database.read([accountId], async (tx) => {
      const [offer] = await this.deals.currentOffers(tx, [productId]);
      if (!offer) return { forecast: null };
      const loaded = await this.timelines.load(tx, [offer]);
      const history = loaded.find(({ currency }) => currency === offer.currency);
      if (!history) return { forecast: null };
      const model = (await this.store.modelFor(tx, accountId)) ?? NO_MODEL;
      return { forecast: forecastOf(offer, history.timeline, model, targetMinor) };
    });
  }

  @Answer(TrainForecasts)
  async train(): Promise<ResponseOf<typeof TrainForecasts>> {
    const now = this.clock.now();
    await this.database.transaction([OPERATOR_ACCOUNT_ID], (tx) => this.store.request(tx, now));
    return { requestedAt: now.toISOString() };
  }

  @Answer(ListForecastTrainings)
  async list(): Promise<ResponseOf<typeof ListForecastTrainings>> {
    const accounts = await this.database.read([], (tx) => this.store.accounts(tx, 1, 1_000));
    const stored = await this.database.read([OPERATOR_ACCOUNT_ID, ...accounts], (tx) =>
      this.store.trainings(tx),
    );
    return { trainings: stored.map(trainingOf) };
  }
}

function forecastOf(
  offer: CurrentOffer,
  timeline: PriceTimeline,
  model: ForecastModel,
  asked: number | undefined,
): Forecast {
  const { productId, offerId, observedAt, priceMinor, currency } = offer;
  const forecast = new PriceForecast(timeline, model);
  const { lowMinor } = forecast.state;
  const targetMinor = asked ?? (lowMinor < priceMinor ? lowMinor : Math.floor(priceMinor * 0.9));
  // Before anything was learnt every number would be made up.
  const horizons = (model.cases === 0 ? [] : ANSWERED_DAYS).map((days) => {
    const low = forecast.lowest(days);
    return {
      days,
      probability: rounded(forecast.probability(targetMinor, days)),
      baseRate: rounded(forecast.base(targetMinor, days)),
      undercut: rounded(forecast.undercut(days)),
      expectedLowMinor: low.expectedMinor,
      lowMinor: low.lowMinor,
      highMinor: low.highMinor,
      method: forecast.isModelled(days) ? ('model' as const) : ('base-rate' as const),
      evaluation: model.evaluation[days] ?? null,
    };
  });
  return {
    productId,
    offerId,
    observedAt,
    priceMinor,
    currency,
    targetMinor,
    horizons,
    advice: adviceOn(offer, timeline, forecast, model),
    model: {
      version: model.version,
      trainedUntil: model.trainedUntilMs > 0 ? new Date(model.trainedUntilMs).toISOString() : null,
      cases: model.cases,
    },
  };
}

function adviceOn(
  { priceMinor, currency }: CurrentOffer,
  timeline: PriceTimeline,
  forecast: PriceForecast,
  model: ForecastModel,
): Advice {
  const missing = scoreMissing(timeline);
  if (missing !== null) return tooLittleKnown(missing);
  if (model.cases === 0) return NOTHING_LEARNT;
  const undercut = forecast.undercut(ADVISED_DAYS);
  const lowest = forecast.lowest(ADVISED_DAYS);
  return buyOrWait(priceMinor, currency, undercut, lowest, forecast.isUndercutModelled(ADVISED_DAYS));
}

function trainingOf({
  accountId,
  model,
  trainedAt,
  startedAt,
  progress,
  problem,
}: StoredTraining): ForecastTraining {
  const evaluation = HORIZONS_DAYS.flatMap((days) => {
    const found = model?.evaluation[days];
    return found ? [{ days, trust: model.trust[days], ...found }] : [];
  });
  const settled = problem === null ? ('trained' as const) : ('failed' as const);
  const idle = trainedAt === null ? ('waiting' as const) : settled;
  return {
    accountId,
    state: startedAt === null ? idle : 'running',
    progress,
    version: model?.version ?? null,
    trainedAt: trainedAt?.toISOString() ?? null,
    cases: model?.cases ?? 0,
    problem,
    evaluation,
  };
}

const rounded = (probability: number): number => Math.round(probability * 1_000) / 1_000;
