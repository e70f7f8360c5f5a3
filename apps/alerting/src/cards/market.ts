import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetMarketReport, type MarketReport } from '@souk/contracts';
import { Clock } from '@souk/service';

const YEAR_MS = 365 * 24 * 3_600_000;
const DEADLINE_MS = 8_000;
const BY = ['category', 'brand', 'source'] as const;

/** How prices of what somebody named have moved in a year. Remote calls: never within a transaction. */
@Injectable()
export class Market {
  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** What is named is taken for a category, then a brand, then a source: the first that has listings. */
  async report(
    accountId: string,
    about: string | null,
    currency: string | null,
  ): Promise<MarketReport | undefined> {
    const to = this.clock.now();
    const wanted = {
      accountId,
      from: new Date(to.getTime() - YEAR_MS).toISOString(),
      to: to.toISOString(),
      ...(currency !== null && { currency }),
    };
    const names =
      about === null
        ? [{}]
        : BY.map((by) => ({ [by]: by === 'source' ? about.toLowerCase().slice(0, 64) : about }));
    for (const name of names) {
      const report = await this.bus.ask(GetMarketReport, { ...wanted, ...name }, { deadlineMs: DEADLINE_MS });
      if (report.offers > 0 && report.currency !== null) return report;
    }
    return undefined;
  }
}
