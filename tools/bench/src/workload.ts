import { OPERATOR_ACCOUNT_ID, partitionOf, productIdOf } from '@souk/contracts';

/** The partitions that `npm start` uses. */
export const PARTITIONS = 4;
export const PER_MESSAGE = 50;
/** A post of these many lines becomes one message of 50 for each partition. */
export const PER_POST = PARTITIONS * PER_MESSAGE;
/** Prices move between 50.00 and 99.99; the thresholds lie below, and only the price of an alert crosses one. */
export const HIGHEST_THRESHOLD = 40;
const ALERT_PRICE = '39.50';
const ALERT_STRIDE = 7;

/** Products by partition, as many in each; whole messages. */
export function makeProducts(source: string, count: number): string[][] {
  const partitions: string[][] = Array.from({ length: PARTITIONS }, () => []);
  const size = Math.ceil(count / PER_POST) * PER_MESSAGE;
  for (let number = 0; partitions.some(({ length }) => length < size); number += 1) {
    const product = `p${number}`;
    const id = productIdOf(OPERATOR_ACCOUNT_ID, source, product);
    const partition = partitions[partitionOf(id, PARTITIONS)]!;
    if (partition.length < size) partition.push(product);
  }
  return partitions;
}

export interface Line {
  product: string;
  price: string;
  observedAt: string;
  isAlert: boolean;
}

/**
 * The lines that one post has of a partition. Posts go round all products; 1 % of all prices falls below a
 * threshold, and never twice in a row for a product, so that each is a crossing. `closing` raises an alert in every
 * partition: when it has come, all before it in its partition was matched.
 */
export function linesOf(
  products: readonly string[],
  partition: number,
  post: number,
  startMs: number,
  closing = false,
): Line[] {
  const visit = Math.floor((post * PER_MESSAGE) / products.length);
  const from = (post * PER_MESSAGE) % products.length;
  const alertsHere = visit > 0 && (closing || partition % 2 === post % 2);
  const observedAt = new Date(startMs + post * 1_000).toISOString();
  return products.slice(from, from + PER_MESSAGE).map((product, index) => {
    const isAlert = alertsHere && index === (visit * ALERT_STRIDE) % PER_MESSAGE;
    const minor = 5_000 + (((post * 7_919 + index * 104_729) >>> 0) % 5_000);
    return { product, price: isAlert ? ALERT_PRICE : (minor / 100).toFixed(2), observedAt, isAlert };
  });
}

/** A line as it is posted. */
export const postedLine = (source: string, { product, price, observedAt }: Line): string =>
  JSON.stringify({
    source,
    product,
    title: `Product ${product}, with a name of some length`,
    price,
    currency: 'USD',
    observedAt,
    url: `https://shop.example/item/${product}`,
    availability: 'in_stock',
  });
