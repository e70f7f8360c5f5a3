import { Bus } from '@souk/bus';
import { BreakerChanged, type UpstreamBudget } from '@souk/contracts';
import { Database } from '@souk/service';
import { Injectable } from '@nestjs/common';
import { findUpstream, saveDefaults, type Upstream } from './quota.store.ts';

/** What other replicas changed is heard at once; this is for what was not heard. */
const FRESH_MS = 250;
const NAMES_AT_MOST = 2_000;

interface Page {
  read: Promise<Upstream | undefined>;
  readAtMs: number;
}

/** Upstreams as they were a moment ago, so that permits do not cost a query each. */
@Injectable()
export class UpstreamBook {
  private readonly pages = new Map<string, Page>();

  constructor(
    bus: Bus,
    private readonly database: Database,
  ) {
    bus.listen(BreakerChanged, ({ data }) => this.forget(data.upstream));
    bus.onReconnect(() => this.pages.clear());
  }

  /** Its `nowMs` is the database's clock now, carried on by our monotonic one. */
  async find(name: string, maxAgeMs = FRESH_MS): Promise<Upstream | undefined> {
    const nowMs = performance.now();
    let page = this.pages.get(name);
    if (!page || nowMs - page.readAtMs > maxAgeMs) {
      if (this.pages.size >= NAMES_AT_MOST) this.pages.clear();
      page = { read: this.database.read([], (tx) => findUpstream(tx, name)), readAtMs: nowMs };
      page.read.catch(() => this.forget(name));
      this.pages.set(name, page);
    }
    const upstream = await page.read;
    return upstream && { ...upstream, nowMs: upstream.nowMs + (performance.now() - page.readAtMs) };
  }

  /** Budgets that hold unless settings say otherwise; answers what is in force, in their order. */
  async register(budgets: readonly UpstreamBudget[]): Promise<Upstream[]> {
    await this.database.transaction([], (tx) => saveDefaults(tx, budgets));
    for (const { upstream } of budgets) this.forget(upstream);
    const inForce = await Promise.all(budgets.map(({ upstream }) => this.find(upstream)));
    return inForce.filter((upstream) => upstream !== undefined);
  }

  forget(name: string): void {
    this.pages.delete(name);
  }
}
