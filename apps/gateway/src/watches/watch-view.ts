import type { ExplainWatch, ResponseOf, Watch, WatchAdvice } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import type { z } from 'zod';
import type { WatchExplanation } from './many.schemas.ts';
import type { WatchView } from './watch.schemas.ts';

/** A watch as clients see it: every member is there. */
export function watchView(watch: Watch): WatchView {
  const { id, product, productId, when, channels, paused, createdAt } = watch;
  return {
    id,
    name: watch.name ?? null,
    tags: watch.tags ?? [],
    product,
    target: watch.target ?? { kind: 'product', ...product },
    productId,
    when,
    channels,
    paused,
    state: watch.state ?? 'active',
    cooldownSeconds: watch.cooldownSeconds ?? null,
    hysteresisPercent: watch.hysteresisPercent ?? null,
    dailyCap: watch.dailyCap ?? null,
    snoozedUntil: watch.snoozedUntil ?? null,
    expiresAt: watch.expiresAt ?? null,
    createdAt,
  };
}

/** Sentences are English, as all of the API's; their wordings are for those who write other languages. */
export const adviceView = (
  advice: readonly WatchAdvice[],
): Pick<WatchAdvice, 'kind' | 'field' | 'sentence'>[] =>
  advice.map(({ kind, field, sentence }) => ({ kind, field, sentence }));

/** Why a watch spoke or did not, as clients see it. */
export function explanationView({
  watch,
  summary,
  holds,
  evaluations,
  events,
  advice,
}: ResponseOf<typeof ExplainWatch>): z.infer<typeof WatchExplanation> {
  return {
    watch: watchView(watch),
    summary,
    holds: holds.map(({ kind, sentence, until }) => ({ kind, sentence, until })),
    evaluations: evaluations.map(({ priceMinor, conditions, ...evaluation }) => ({
      ...evaluation,
      price: formatAmount(priceMinor, evaluation.currency),
      conditions: conditions.map(({ said: _said, saidRule: _saidRule, ...condition }) => condition),
    })),
    events: events.map(({ said: _said, reasons: _reasons, ...event }) => event),
    advice: adviceView(advice),
  };
}
