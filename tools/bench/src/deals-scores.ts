import { judgePrices, OfferHistory, PriceTimeline } from '@souk/scoring/reading';
import { newId } from '@souk/contracts';
import { median } from './statistics.ts';

const DAY_MS = 86_400_000;
const HISTORY_DAYS = 730;
const OFFERS = 20;
const ROUNDS = 5;
const PRICES_PER_OFFER = 50;
const IN_STOCK = 1;

/** How often prices of a history change, and how often they are observed. */
export interface Shape {
  name: string;
  changesPerYear: number;
  observationsPerDay: number;
}

export const SHAPES: readonly Shape[] = [
  { name: '10 changes a year', changesPerYear: 10, observationsPerDay: 1 },
  { name: 'daily changes', changesPerYear: 365, observationsPerDay: 1 },
  { name: 'hourly changes', changesPerYear: 365 * 24, observationsPerDay: 24 },
];

/** CPU of this process for a price, in microseconds. */
export interface ScoreCost extends Shape {
  /** Judged as the service does: score, honest discount, usual and lowest prices. */
  full: number;
  /** Added to the history and compared with the price before. */
  bare: number;
}

/** The pure part of scoring on two years of history: the same prices judged in full, and only remembered. */
export function measureScores(shape: Shape): ScoreCost {
  const full = () => costOf(shape, judgedInFull);
  const bare = () => costOf(shape, remembered);
  full(); // until V8 has compiled what is hot
  bare();
  const rounds = Array.from({ length: ROUNDS }, () => ({ full: full(), bare: bare() }));
  return {
    ...shape,
    full: median(rounds.map((one) => one.full)),
    bare: median(rounds.map((one) => one.bare)),
  };
}

interface Price {
  atMs: number;
  priceMinor: number;
}

/** Judges prices of an offer one after the other, each against those before it. */
type Judge = (timeline: PriceTimeline, prices: readonly Price[]) => void;

function costOf(shape: Shape, judge: Judge): number {
  const { observationsPerDay } = shape;
  const known = HISTORY_DAYS * observationsPerDay;
  let micros = 0;
  for (let offer = 0; offer < OFFERS; offer += 1) {
    const timeline = new PriceTimeline();
    for (let at = 0; at < known; at += 1) {
      const { atMs, priceMinor } = priceAt(shape, offer, at);
      timeline.append(atMs, { priceMinor, availability: IN_STOCK });
    }
    const prices = Array.from({ length: PRICES_PER_OFFER }, (_, next) => priceAt(shape, offer, known + next));
    const before = process.cpuUsage();
    judge(timeline, prices);
    const { user, system } = process.cpuUsage(before);
    micros += user + system;
  }
  return micros / OFFERS / PRICES_PER_OFFER;
}

/** A price that wanders around what is usual, an eighth of the time 30 % below it. */
function priceAt({ changesPerYear, observationsPerDay }: Shape, offer: number, at: number): Price {
  const day = at / observationsPerDay;
  const step = Math.floor((day * changesPerYear) / 365);
  const noise = ((step + 1) * 7_919 + offer * 104_729) % 1_000;
  const isOffer = (step + offer) % 8 === 0;
  return { atMs: Math.round(day * DAY_MS), priceMinor: Math.round((5_000 + noise) * (isOffer ? 0.7 : 1)) };
}

const judgedInFull: Judge = (timeline, prices) => {
  const [productId, offerId] = [newId(), newId()];
  const history = new OfferHistory();
  history.timelines.set('EUR', timeline);
  const added = prices.map(({ atMs, priceMinor }, place) => ({
    message: undefined as never,
    place,
    atMs,
    isLate: false,
    value: { priceMinor, availability: IN_STOCK },
    offer: {
      product: 'p',
      productId,
      offerId,
      priceMinor,
      currency: 'EUR',
      observedAt: new Date(atMs).toISOString(),
      listPriceMinor: 6_500,
    },
  }));
  judgePrices(added, history, new Map(), () => ({ reviews: undefined, others: [] }));
};

const remembered: Judge = (timeline, prices) => {
  for (const { atMs, priceMinor } of prices) timeline.append(atMs, { priceMinor, availability: IN_STOCK });
};
