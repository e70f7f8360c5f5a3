import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { type Deal, GetThresholdAdvice, type Offer, Refusal } from '@souk/contracts';
import type { DayRates } from '@souk/money';
import { askedPast, type PastFiring, pastFirings } from './past-firings.ts';
import type { Rule } from './rule.ts';

const WITHIN_MS = 2_000;

/** Asks what a watch would have done in the past of its listing. Remote calls: never within a transaction. */
@Injectable()
export class WatchPast {
  constructor(private readonly bus: Bus) {}

  /** By field of the condition. Advice is worth less without it, but a watch is made all the same: nothing on failure. */
  async of(
    accountId: string,
    rule: Rule,
    deal: Deal,
    offer: Offer | undefined,
    rates: DayRates | undefined,
  ): Promise<ReadonlyMap<string, PastFiring>> {
    const { productId, currency } = deal;
    const terms = { currency, shippingMinor: offer?.shippingMinor ?? undefined, rates };
    const asked = askedPast(rule, terms);
    if (asked.prices.length + asked.drops.length === 0) return new Map();
    try {
      const request = { accountId, productId, ...asked };
      const { advice } = await this.bus.ask(GetThresholdAdvice, request, { deadlineMs: WITHIN_MS });
      return advice?.currency === currency ? pastFirings(rule, terms, advice) : new Map();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return new Map();
    }
  }
}
