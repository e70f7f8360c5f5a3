/** What judges a price, free of services and stores: tools walk real histories through the very same code. */
export { DAY_MS, measureDeal } from '../deal-measures.ts';
export { dealScore, SCORE_VERSION } from '../deal-score.ts';
export { PriceTimeline } from '../price-timeline.ts';
export { type Heard, type PastReading, PastSifter } from '../plausibility/sift-past.ts';
export { isBelowUsual } from './alert-worthy.ts';
export { HORIZONS_DAYS, type HorizonDays, baseRate, outcomeWithin } from './base-rates.ts';
export { calibrationBins, evaluate, type Prediction } from './evaluate-forecast.ts';
export { type ForecastModel, NO_MODEL, probabilityOf } from './forecast-model.ts';
export { PriceForecast } from './forecast-prices.ts';
export { relevelled } from './levels.ts';
export { trainForecast } from './train-forecast.ts';
export { seedOf, type TrainingSample, trainingSamples } from './training-samples.ts';
export { unpaused } from './paced.ts';
