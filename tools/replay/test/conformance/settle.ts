import { setTimeout as delay } from 'node:timers/promises';
import { postBatch, type Target } from '../../src/post-batch.ts';
import { forEachParallel, type Api, type ListedAlert, type ListedProduct, type Page } from './api.ts';

const pollEveryMs = 250;
const settleTimeoutMs = 600_000;
/** Enough that each partition gets some. */
const markers = 64;
const markerSource = 'conformance';

/** Waits for a fact; throws when it has not come true in ten minutes. */
async function untilTrue(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + settleTimeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > giveUpAt) throw new Error(`Not within ${settleTimeoutMs / 1000} s: ${what}`);
    await delay(pollEveryMs);
  }
}

/**
 * Waits until all that was posted so far is scored: posts a few new products after it and waits for their scores. They
 * fall into every partition, and a partition keeps its order.
 */
export async function untilScored(api: Api, target: Target): Promise<void> {
  const observedAt = new Date().toISOString();
  const products = Array.from({ length: markers }, (_, index) => `marker ${observedAt} ${index}`);
  const fixed = { source: markerSource, price: '1.00', currency: 'USD', observedAt };
  const lines = products.map((product) => JSON.stringify({ ...fixed, product }));
  await postBatch(target, lines, new AbortController().signal);
  await forEachParallel(products, async (product) => {
    let id: string | undefined;
    await untilTrue(`${product} is scored`, async () => {
      id ??= await productId(api, markerSource, product);
      return id !== undefined && (await api.getIfThere(`/v1/products/${id}/deal`)) !== undefined;
    });
  });
}

async function productId(api: Api, source: string, product: string): Promise<string | undefined> {
  const query = new URLSearchParams({ source, product });
  const { items } = await api.get<Page<ListedProduct>>(`/v1/products?${query.toString()}`);
  return items[0]?.id;
}

/** All alerts, once there are at least so many and no more come, or none came for half a minute. */
export async function settledAlerts(api: Api, expected: number): Promise<ListedAlert[]> {
  let alerts: ListedAlert[] = [];
  let lastChange = performance.now();
  await untilTrue('alerts stop coming', async () => {
    const found = await Array.fromAsync(api.list<ListedAlert>('/v1/alerts'));
    if (found.length !== alerts.length) lastChange = performance.now();
    alerts = found;
    return performance.now() - lastChange > (found.length >= expected ? 2_000 : 30_000);
  });
  return alerts;
}
