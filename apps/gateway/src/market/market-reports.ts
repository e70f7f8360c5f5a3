import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetMarketReport, type MarketReport, type RequestOf } from '@souk/contracts';
import { LRUCache } from 'lru-cache';

/** What reports are made of is itself a quarter of an hour old. */
const KEPT_MS = 60_000;
const KEPT_AT_MOST = 50;

/** Asks for a report once for all who want the same of the same account, and keeps it for a minute. */
@Injectable()
export class MarketReports {
  private readonly reports = new LRUCache<string, Promise<MarketReport>>({ max: KEPT_AT_MOST, ttl: KEPT_MS });

  constructor(private readonly bus: Bus) {}

  of(request: RequestOf<typeof GetMarketReport>): Promise<MarketReport> {
    const name = JSON.stringify(request);
    const known = this.reports.get(name);
    if (known) return known;
    const report = this.bus.ask(GetMarketReport, request);
    this.reports.set(name, report);
    report.catch(() => this.reports.delete(name));
    return report;
  }
}
