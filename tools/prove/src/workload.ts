import { type Chance, chanceOf } from './chance.ts';
import type { FaultKind } from './settings.ts';

export type AccountName = 'operator' | 'customer';

/** What was done to an observation on purpose. */
export type Twist = 'none' | 'duplicate' | 'late' | 'conflict';

/** One posted line, as the ledger keeps it. */
export interface Line {
  product: string;
  observedAt: string;
  priceMinor: number;
  twist: Twist;
}

/** A watch on one product; prices in minor units. */
export interface PlannedWatch {
  product: string;
  dropPercent?: number;
  priceBelowMinor?: number;
  /** Told in the inbox only. */
  isSilent?: true;
  /** Told in Telegram, by no webhook. */
  isTelegramOnly?: true;
}

export const SOURCE = 'prove-shop';
export const CURRENCY = 'USD';
const PRODUCTS_PER_LANE = 40;
const FIRST_PRICE_MINOR = 10_000;
const FIRST_TIME_MS = Date.UTC(2024, 0, 1);
const STEP_MS = 60_000;
const WATCHED_SHARE = 0.4;
const DROP_SHARE = 0.03;
const REMEMBERED = 50;

export const decimal = (minor: number): string =>
  `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;

interface Walk {
  product: string;
  step: number;
  priceMinor: number;
  recent: Line[];
}

/** The endless stream of observations of one lane: its products move, fall, repeat and come late, by the seed. */
export class LaneWorkload {
  readonly lane: number;
  readonly account: AccountName;
  readonly watches: PlannedWatch[];
  readonly #chance: Chance;
  readonly #walks: Walk[];
  readonly #twists: readonly FaultKind[];

  constructor(seed: number, lane: number, twists: readonly FaultKind[]) {
    this.lane = lane;
    this.account = lane % 2 === 0 ? 'operator' : 'customer';
    this.#chance = chanceOf(seed * 1_000 + lane);
    this.#twists = twists;
    this.#walks = Array.from({ length: PRODUCTS_PER_LANE }, (_, number) => ({
      product: `lane-${lane}-product-${number}`,
      step: 0,
      priceMinor: FIRST_PRICE_MINOR,
      recent: [],
    }));
    this.watches = this.#walks.flatMap(({ product }) =>
      this.#chance.happens(WATCHED_SHARE) ? this.#watchesOn(product) : [],
    );
  }

  /** The first price of every product: posted before the watches, so that these bind at once. */
  first(): Line[] {
    return this.#walks.map((walk) => this.#observe(walk, walk.priceMinor));
  }

  /** Lines of as many different products, shuffled; some of them twisted. */
  batch(lines: number): Line[] {
    const batch = this.#chance
      .shuffled(this.#walks)
      .slice(0, lines)
      .map((walk) => this.#next(walk));
    return this.#twists.includes('shuffle') ? this.#chance.shuffled(batch) : batch;
  }

  #watchesOn(product: string): PlannedWatch[] {
    const drop = { product, dropPercent: 10 + this.#chance.below(5) };
    const below = { product, priceBelowMinor: 8_000 + this.#chance.below(1_200) };
    return [[drop], [below], [drop, below], [{ ...drop, ...below }]][this.#chance.below(4)]!;
  }

  #next(walk: Walk): Line {
    const twist = this.#twist();
    const known = walk.recent[this.#chance.below(walk.recent.length)]!;
    if (twist === 'duplicate') return { ...known, twist };
    if (twist === 'conflict') return { ...known, priceMinor: known.priceMinor + 1, twist };
    if (twist === 'late') {
      const line = { ...known, observedAt: between(known.observedAt, this.#chance), twist };
      return { ...line, priceMinor: walk.priceMinor - 500 };
    }
    return this.#observe(walk, this.#moved(walk.priceMinor));
  }

  #twist(): Twist {
    const roll = this.#chance.next();
    if (this.#twists.includes('duplicate') && roll < 0.06) return roll < 0.05 ? 'duplicate' : 'conflict';
    if (this.#twists.includes('shuffle') && roll >= 0.06 && roll < 0.1) return 'late';
    return 'none';
  }

  /** Sometimes it falls, sometimes it stays; else it wanders back to where it began. */
  #moved(priceMinor: number): number {
    const roll = this.#chance.next();
    if (roll < DROP_SHARE) return Math.round(priceMinor * (0.7 + this.#chance.next() * 0.2));
    if (roll < 0.3) return priceMinor;
    const back = (FIRST_PRICE_MINOR - priceMinor) * 0.1;
    return Math.round(priceMinor * (0.99 + this.#chance.next() * 0.02) + back);
  }

  #observe(walk: Walk, priceMinor: number): Line {
    const observedAt = new Date(FIRST_TIME_MS + walk.step * STEP_MS).toISOString();
    const line: Line = { product: walk.product, observedAt, priceMinor, twist: 'none' };
    walk.step += 1;
    walk.priceMinor = priceMinor;
    walk.recent.push(line);
    if (walk.recent.length > REMEMBERED) walk.recent.shift();
    return line;
  }
}

/** A time just before a known one: before the first, or between two, and at no whole step. */
const between = (observedAt: string, chance: Chance): string =>
  new Date(Date.parse(observedAt) - 1 - chance.below(STEP_MS - 2)).toISOString();

/** As POST /v1/observations takes it. */
export const postedLine = ({ product, observedAt, priceMinor }: Line): string =>
  JSON.stringify({ source: SOURCE, product, price: decimal(priceMinor), currency: CURRENCY, observedAt });
