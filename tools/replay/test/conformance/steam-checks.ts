import { join } from 'node:path';
import { formatAmount } from '@souk/money';
import { addsUp, replay, type ReplayCounts } from '../../src/replay.ts';
import { Report } from '../../src/report.ts';
import type { Target } from '../../src/post-batch.ts';
import { forEachParallel, type Api, type ListedAlert } from './api.ts';
import type { Checks } from './checks.ts';
import { settledAlerts, untilScored } from './settle.ts';
import { steamTruth, watchedGames, type GameTruth } from './steam-truth.ts';
import { countPoints, productsOf } from './stored-points.ts';

const dropPercent = 30;

/** The Steam set from the first post to the last alert, against what the independent script says. */
export async function checkSteam(
  checks: Checks,
  api: Api,
  target: Target,
  folder: string,
  reports: string,
): Promise<void> {
  const truth = await steamTruth(join(folder, 'steam'));
  const rows = [...truth.values()].reduce((sum, game) => sum + game.rows, 0);
  const watched = watchedGames(truth);
  const expectedAlerts = watched.flatMap(({ product, drops }) => drops.map((date) => `${product} ${date}`));

  await forEachParallel(watched, async ({ product }) => {
    await api.post('/v1/watches', {
      product: { source: 'steam', product },
      when: { dropPercent },
      channels: ['inbox'],
    });
  });
  const startedAt = Date.now();
  checks.figure('replaying', `steam, ${rows.toLocaleString('en-US')} rows`);
  const first = await run(target, folder, join(reports, 'steam.txt'), 5000);
  const postedAt = Date.now();
  await untilScored(api, target);
  const scoredAt = Date.now();
  const alerts = await settledAlerts(api, expectedAlerts.length);

  checks.that('steam: read = accepted + rejected + skipped', addsUp(first), JSON.stringify(first));
  checks.equal('steam: rows accepted', first.accepted, rows);
  const lastAlertAt = Math.max(startedAt, ...alerts.map(({ raisedAt }) => Date.parse(raisedAt ?? '') || 0));
  const seconds = (Math.max(scoredAt, lastAlertAt) - startedAt) / 1000;
  checks.figure(
    'posted',
    `${perSecond(rows, (postedAt - startedAt) / 1000)}, ${first.retries} requests repeated`,
  );
  checks.figure(
    'end to end, first post to last score and alert',
    `${perSecond(rows, seconds)}, wanted: 5,000`,
  );

  await checkStored(checks, api, truth, rows, 'once');
  checkAlerts(checks, alerts, new Set(expectedAlerts), truth);

  // Other batches make other idempotency keys: only the observations themselves can tell that they are known.
  const second = await run(target, folder, join(reports, 'steam-again.txt'), 7000);
  checks.equal('steam again: rows accepted', second.accepted, rows);
  await untilScored(api, target);
  await checkStored(checks, api, truth, rows, 'twice');
  const after = await settledAlerts(api, alerts.length);
  checks.equal('steam again: alerts as before', after.length, alerts.length);
}

async function run(
  target: Target,
  path: string,
  reportPath: string,
  batchLines: number,
): Promise<ReplayCounts> {
  const report = await Report.open(reportPath);
  try {
    return await replay({ path, as: 'steam', target, report, batchLines });
  } finally {
    await report.close();
  }
}

/** Exactly the rows of the files are stored, each at its exact price. */
async function checkStored(
  checks: Checks,
  api: Api,
  truth: ReadonlyMap<string, GameTruth>,
  rows: number,
  posted: string,
): Promise<void> {
  const wrong: string[] = [];
  const products = await productsOf(api, 'steam');
  const stored = await countPoints(api, products, (product, points) => {
    const prices = truth.get(product)?.prices;
    for (const { observedAt, price, currency } of points) {
      const cents = prices?.get(observedAt.slice(0, 10));
      const isExact = cents !== undefined && currency === 'USD' && price === formatAmount(cents, 'USD');
      if (!isExact) wrong.push(`${product} ${observedAt} ${price} ${currency}, not ${cents} cents`);
    }
  });
  checks.equal(`steam posted ${posted}: products`, products.size, truth.size);
  checks.equal(`steam posted ${posted}: price points stored`, stored, rows);
  checks.that(
    `steam posted ${posted}: every price exact to the cent`,
    wrong.length === 0,
    `${wrong.length} wrong, first ${wrong[0]}`,
  );
}

/** The alerts are the expected (product, date) pairs, each once, with the price of that day. */
function checkAlerts(
  checks: Checks,
  alerts: ListedAlert[],
  expected: ReadonlySet<string>,
  truth: ReadonlyMap<string, GameTruth>,
): void {
  const found = new Set(
    alerts.map(({ product, observedAt }) => `${product.product} ${observedAt.slice(0, 10)}`),
  );
  const missing = [...expected].filter((pair) => !found.has(pair));
  const unexpected = [...found].filter((pair) => !expected.has(pair));
  checks.equal('steam: alerts', alerts.length, expected.size);
  checks.that('steam: no alert missing', missing.length === 0, `${missing.length}, first ${missing[0]}`);
  checks.that(
    'steam: no alert too many',
    unexpected.length === 0,
    `${unexpected.length}, first ${unexpected[0]}`,
  );
  const mispriced = alerts.filter(({ product, observedAt, price }) => {
    const cents = truth.get(product.product)?.prices.get(observedAt.slice(0, 10));
    return cents === undefined || price !== formatAmount(cents, 'USD');
  });
  checks.equal('steam: alerts with another price than the file', mispriced.length, 0);
  const unexplained = alerts.filter(({ reason, traceId }) => !reason || !/^[\da-f]{32}$/.test(traceId));
  checks.equal('steam: alerts without a reason or a trace id', unexplained.length, 0);
}

export function perSecond(rows: number, seconds: number): string {
  return `${Math.round(rows / seconds).toLocaleString('en-US')} observations/s (${seconds.toFixed(1)} s)`;
}
