import { setTimeout as delay } from 'node:timers/promises';
import { forEachParallel, type Api, type ListedAlert, type ListedProduct, type Page } from './api.ts';

const pollEveryMs = 250;
const settleTimeoutMs = 600_000;

/** Waits for a fact; throws when it has not come true in ten minutes. */
async function untilTrue(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + settleTimeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > giveUpAt) throw new Error(`Not within ${settleTimeoutMs / 1000} s: ${what}`);
    await delay(pollEveryMs);
  }
}

/** Waits until the newest price of each product is scored; `lastDates` has its date by product code. */
export async function untilScored(
  api: Api,
  source: string,
  lastDates: ReadonlyMap<string, string>,
): Promise<void> {
  await forEachParallel([...lastDates], async ([product, date]) => {
    let id: string | undefined;
    await untilTrue(`${source} ${product} is scored up to ${date}`, async () => {
      id ??= await productId(api, source, product);
      const deal = id && (await api.getIfThere<{ observedAt: string }>(`/v1/products/${id}/deal`));
      return deal ? deal.observedAt.startsWith(date) : false;
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
