import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetExchangeRates, Refusal } from '@souk/contracts';
import type { DayRates } from '@souk/money';
import { Clock, Database, RepeatedWork } from '@souk/service';
import { RateStore } from './rate.store.ts';

const EVERY_MS = 3_600_000;
const WITHIN_MS = 2_000;

/** Keeps the day's exchange rates, once somebody has a limit in a currency of their own. */
@Injectable()
export class DailyRates implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly work = new RepeatedWork(
    EVERY_MS,
    () => this.refresh(),
    (error) => new Logger('alerting').warn({ error: String(error) }, 'exchange rates could not be refreshed'),
  );

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly rates: RateStore,
  ) {}

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Today's, or the last ones there were; asked for when there are none of today. Undefined while nobody knows any. */
  async today(): Promise<DayRates | undefined> {
    const stored = await this.database.read([], (tx) => this.rates.get(tx));
    const day = this.clock.now().toISOString().slice(0, 10);
    if (stored && stored.day >= day) return stored;
    return (await this.ask(day)) ?? stored;
  }

  private async refresh(): Promise<void> {
    const isWanted = await this.database.read([], (tx) => this.rates.isWanted(tx));
    if (isWanted) await this.today();
  }

  /** Not to know them is no failure: limits in the currency of the offer work without. */
  private async ask(day: string): Promise<DayRates | undefined> {
    try {
      const { exchangeRates } = await this.bus.ask(GetExchangeRates, { day }, { deadlineMs: WITHIN_MS });
      if (!exchangeRates) return undefined;
      await this.bus.transaction([], ({ tx }) => this.rates.save(tx, exchangeRates));
      return exchangeRates;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return undefined;
    }
  }
}
