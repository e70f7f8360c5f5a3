import { setImmediate as breath } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { Clock, Database, RepeatedWork } from '@souk/service';
import { SCORING_CONFIG, type ScoringConfig } from '../config.ts';
import { TimelineStore } from '../timeline.store.ts';
import { ForecastStore } from './forecast.store.ts';
import { type Looked, LookPace } from './look-pace.ts';
import { trainForecast } from './train-forecast.ts';
import { seedOf, type TrainingSample, trainingSamples } from './training-samples.ts';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
/** An account with fewer is served by the model of shared prices. */
const OFFERS_FOR_A_MODEL = 20;
const ACCOUNTS_AT_MOST = 200;
const OFFERS_AT_ONCE = 100;
/** Enough to learn from; about 300 bytes each. */
const SAMPLES_READ = 200_000;
const OFFERS_READ = 50_000;

/**
 * Trains the forecast models that are due, an account after the other, each on what that account may read. The
 * computing pauses every few milliseconds, so that prices go on being scored.
 */
@Injectable()
export class ForecastTrainer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('forecast');
  private readonly repeated: RepeatedWork;
  private lookedMs = 0;
  private pauseMs = 0;
  private readonly pace = new LookPace();

  constructor(
    private readonly database: Database,
    private readonly store: ForecastStore,
    private readonly timelines: TimelineStore,
    private readonly clock: Clock,
    @Inject(SCORING_CONFIG) private readonly config: ScoringConfig,
  ) {
    this.repeated = new RepeatedWork(
      config.SOUK_FORECAST_LOOK_MS,
      (signal) => this.trainAll(signal),
      (error) =>
        this.logger.warn({ error: String(error) }, 'cannot look for models to train; tried again soon'),
    );
  }

  onApplicationBootstrap(): void {
    this.repeated.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.repeated.stop();
  }

  /** Looks through the accounts when training was asked for, and else once in a while: that reads all offers. */
  private async trainAll(signal: AbortSignal): Promise<void> {
    const startedAt = this.clock.now();
    const requested = await this.database.read([OPERATOR_ACCOUNT_ID], (tx) => this.store.requestedAt(tx));
    const isAsked = requested !== undefined && requested.getTime() >= this.lookedMs;
    if (!isAsked && startedAt.getTime() < this.lookedMs + this.pauseMs) return;
    const looked = await this.trainDue(signal);
    if (signal.aborted) return;
    this.lookedMs = startedAt.getTime();
    this.pauseMs = this.pace.pauseAfter(looked);
  }

  private async trainDue(signal: AbortSignal): Promise<Looked> {
    const looked: Looked = { hasModel: false, offersRead: 0 };
    const accounts = await this.database.read([], (tx) =>
      this.store.accounts(tx, OFFERS_FOR_A_MODEL, ACCOUNTS_AT_MOST),
    );
    for (const accountId of accounts) {
      if (signal.aborted) return looked;
      const now = this.clock.now();
      const before = new Date(now.getTime() - this.config.SOUK_FORECAST_TRAIN_HOURS * 3_600_000);
      const begun = await this.database.transaction([accountId], (tx) =>
        this.store.begin(tx, accountId, now, before),
      );
      // What was not begun has a model already, or somebody else is at it.
      const trained = begun ? await this.trainOne(accountId, signal) : { hasModel: true, offersRead: 0 };
      looked.hasModel ||= trained.hasModel;
      looked.offersRead += trained.offersRead;
    }
    return looked;
  }

  /** An account whose run was begun; it ends trained, failed, or given up. */
  async trainOne(accountId: string, signal: AbortSignal): Promise<Looked> {
    const looked: Looked = { hasModel: false, offersRead: 0 };
    try {
      const { samples, offersRead } = await this.samples(accountId, signal);
      looked.offersRead = offersRead;
      if (signal.aborted) return await this.giveUp(accountId, looked);
      const nowMs = this.clock.now().getTime();
      const steps = trainForecast(samples, nowMs);
      let step = steps.next();
      for (; !step.done && !signal.aborted; step = steps.next()) await breath();
      if (!step.done) return await this.giveUp(accountId, looked);
      const model = step.value;
      await this.database.transaction([accountId], (tx) => this.store.finish(tx, accountId, model));
      looked.hasModel = model.weights.length > 0;
      const level = looked.hasModel ? 'log' : 'debug';
      this.logger[level]({ accountId, version: model.version, cases: model.cases }, 'forecasts trained');
    } catch (error) {
      await this.database.transaction([accountId], (tx) => this.store.fail(tx, accountId, String(error)));
      this.logger.warn({ accountId, error: String(error) }, 'forecasts could not be trained');
    }
    return looked;
  }

  /** At a shutdown: another process, or this one when it is back, need not wait until the run is thought dead. */
  private async giveUp(accountId: string, looked: Looked): Promise<Looked> {
    await this.database.transaction([accountId], (tx) => this.store.giveUp(tx, accountId));
    return looked;
  }

  /** What the histories teach, oldest first; bounded by offers and by samples. */
  private async samples(
    accountId: string,
    signal: AbortSignal,
  ): Promise<{ samples: TrainingSample[]; offersRead: number }> {
    const samples: TrainingSample[] = [];
    let offersRead = 0;
    for (
      let after = FIRST_ID;
      offersRead < OFFERS_READ && samples.length < SAMPLES_READ && !signal.aborted;
    ) {
      const loaded = await this.database.read([accountId], async (tx) => {
        const offers = await this.store.offers(tx, after, OFFERS_AT_ONCE);
        if (offers.length === 0) return [];
        after = offers.at(-1)!.offerId;
        offersRead += offers.length;
        return this.timelines.load(tx, offers);
      });
      if (loaded.length === 0) break;
      for (const { offerId, timeline } of loaded) {
        for (const sample of trainingSamples(timeline, seedOf(offerId))) samples.push(sample);
        await breath();
      }
      const progress = 0.8 * Math.max(offersRead / OFFERS_READ, Math.min(1, samples.length / SAMPLES_READ));
      await this.database.transaction([accountId], (tx) =>
        this.store.tellProgress(tx, accountId, this.clock.now(), progress),
      );
    }
    samples.sort((one, other) => one.atMs - other.atMs);
    return { samples, offersRead };
  }
}
