/** A product to be checked for changes now and then. */
export interface Checked {
  /** How often its price changes. */
  changesPerHour: number;
  /** What finding one change is worth, above 0. */
  weight: number;
}

export interface Bounds {
  minIntervalMs: number;
  maxIntervalMs: number;
}

const HOUR_MS = 3_600_000;
const LEAST_WORTH = 1e-20;

/**
 * Spreads a budget of checks over products so that the changes found are worth most. Answers an interval for each.
 *
 * Changes are taken for a Poisson process of rate r; a check finds whether there was any since the last one. At f
 * checks per hour f x (1 - e^(-r/f)) changes are found: r times the freshness of Cho and Garcia-Molina. The sum of
 * weight x found under a fixed sum of f is largest where one more check is worth the same everywhere:
 * weight x (1 - e^-x (1 + x)) = m with x = r/f (their method of Lagrange multipliers, with bounds on f). When the
 * budget does not even allow the longest interval, all are stretched alike.
 * @see J. Cho, H. Garcia-Molina, Effective page refresh policies for web crawlers, ACM TODS 28(4), 2003
 */
export function allocate(
  products: readonly Checked[],
  checksPerHour: number,
  { minIntervalMs, maxIntervalMs }: Bounds,
): number[] {
  const most = HOUR_MS / minIntervalMs;
  const least = HOUR_MS / maxIntervalMs;
  if (products.length * most <= checksPerHour) return products.map(() => minIntervalMs);
  if (products.length * least >= checksPerHour)
    return products.map(() => (HOUR_MS * products.length) / checksPerHour);
  const frequencies = (worth: number): number[] =>
    products.map(({ changesPerHour, weight }) =>
      Math.min(most, Math.max(least, changesPerHour / changesBetween(worth / weight))),
    );
  // Worth spans many orders of magnitude: each step halves its logarithm's range.
  let high = products.reduce((most, { weight }) => Math.max(most, weight), 0);
  let low = high * LEAST_WORTH;
  for (let step = 0; step < 60; step += 1) {
    const middle = Math.sqrt(low * high);
    if (total(frequencies(middle)) > checksPerHour) low = middle;
    else high = middle;
  }
  // Where the worth of many products is the same to the last digit, one step frees more than is needed: part of it.
  const [fewer, more] = [frequencies(high), frequencies(low)];
  const share = Math.min(1, (checksPerHour - total(fewer)) / Math.max(total(more) - total(fewer), 1e-12));
  return fewer.map((frequency, index) => HOUR_MS / (frequency + share * (more[index]! - frequency)));
}

/** Below it the difference of nearly equal numbers has no digits left: the first terms of its series have. */
const SMALL_X = 1e-3;

/** Share of its full worth that one more check has when x changes are expected between two checks. */
const marginal = (x: number): number =>
  x < SMALL_X ? (x * x) / 2 - (x * x * x) / 3 : 1 - Math.exp(-x) * (1 + x);

const TABLE_SIZE = 4_096;
const [LEAST_X, MOST_X] = [1e-7, 40];
const xAt = (index: number): number => LEAST_X * (MOST_X / LEAST_X) ** (index / (TABLE_SIZE - 1));
const TABLE = Float64Array.from({ length: TABLE_SIZE }, (_, index) => marginal(xAt(index)));

/** The inverse of `marginal`; from a worth of 1 on nothing is ever checked. */
function changesBetween(worth: number): number {
  if (worth >= TABLE[TABLE_SIZE - 1]!) return Infinity;
  let low = 0;
  let high = TABLE_SIZE - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (TABLE[middle]! < worth) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return LEAST_X;
  const [below, above] = [TABLE[low - 1]!, TABLE[low]!];
  return xAt(low - 1 + (worth - below) / (above - below));
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
