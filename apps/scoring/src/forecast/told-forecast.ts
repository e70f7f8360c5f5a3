import type { Forecast } from '@souk/contracts';
import { scoreMissing } from '../deal-score.ts';
import type { CurrentOffer } from '../deals.store.ts';
import { isLongSilent } from '../price-series/held-prices.ts';
import { isSoldOut } from '../price-timeline.ts';
import type { LoadedTimeline } from '../timeline.store.ts';
import type { HorizonDays } from './base-rates.ts';
import {
  type Advice,
  buyOrWait,
  notSeenFor,
  SOLD_OUT,
  tooLittleKnown,
  tooLittleLearnt,
} from './buy-or-wait.ts';
import { type ForecastModel, hasLearnt } from './forecast-model.ts';
import { PriceForecast } from './forecast-prices.ts';

/** What is answered; the 60 days beyond serve the judging of alerts. */
const ANSWERED_DAYS = [7, 14, 30] as const satisfies readonly HorizonDays[];
const ADVISED_DAYS = 30;

type TellableOffer = Pick<
  CurrentOffer,
  'productId' | 'offerId' | 'observedAt' | 'priceMinor' | 'currency' | 'availability'
>;

/** What is told at a time of an offer with its history in its currency; of `asked`, a target, where one was named. */
export function toldForecast(
  offer: TellableOffer,
  history: Pick<LoadedTimeline, 'timeline' | 'atMs'>,
  model: ForecastModel,
  nowMs: number,
  asked?: number,
): Forecast {
  const { productId, offerId, observedAt, priceMinor, currency } = offer;
  const forecast = new PriceForecast(history.timeline, model);
  // While it is sold out, the last price that it could be bought at.
  const { lowMinor, priceMinor: askedMinor } = forecast.state;
  const targetMinor = asked ?? (lowMinor < askedMinor ? lowMinor : Math.floor(askedMinor * 0.9));
  // Before enough was learnt every number would be made up.
  const horizons = ANSWERED_DAYS.filter((days) => hasLearnt(model, days)).map((days) => {
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
    advice: adviceOn(),
    model: {
      version: model.version,
      trainedUntil: model.trainedUntilMs > 0 ? new Date(model.trainedUntilMs).toISOString() : null,
      cases: model.cases,
    },
  };

  function adviceOn(): Advice {
    const missing = scoreMissing(history.timeline);
    if (missing !== null) return tooLittleKnown(missing);
    if (isSoldOut(offer)) return SOLD_OUT;
    if (isLongSilent(history.atMs, nowMs)) return notSeenFor(nowMs - history.timeline.newestMs);
    if (!hasLearnt(model, ADVISED_DAYS)) return tooLittleLearnt(ADVISED_DAYS);
    const undercut = forecast.undercut(ADVISED_DAYS);
    const lowest = forecast.lowest(ADVISED_DAYS);
    return buyOrWait(priceMinor, currency, undercut, lowest, forecast.isUndercutModelled(ADVISED_DAYS));
  }
}

const rounded = (probability: number): number => Math.round(probability * 1_000) / 1_000;
