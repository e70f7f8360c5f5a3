import { Controller } from '@nestjs/common';
import { Answer } from '@souk/bus';
import {
  type ForecastTraining,
  GetForecast,
  ListForecastTrainings,
  OPERATOR_ACCOUNT_ID,
  type ResponseOf,
  TrainForecasts,
} from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import { DealsStore } from '../deals.store.ts';
import { TimelineStore } from '../timeline.store.ts';
import { HORIZONS_DAYS } from './base-rates.ts';
import { NO_MODEL } from './forecast-model.ts';
import { ForecastStore, type StoredTraining } from './forecast.store.ts';
import { toldForecast } from './told-forecast.ts';

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
      return { forecast: toldForecast(offer, history, model, this.clock.now().getTime(), targetMinor) };
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
