import { newId, OPERATOR_ACCOUNT_ID, productIdOf, WatchChanged } from '@souk/contracts';
import type { World } from '@souk/testing';
import { ingestionWorld } from './ingestion-world.ts';

describe('what is tracked', () => {
  let world: World;
  const account = newId();
  beforeAll(async () => {
    world = await ingestionWorld();
  });
  afterAll(() => world.stop());

  const change = (
    watchId: string,
    kind: 'created' | 'updated' | 'deleted',
    product: string,
    productIds: string[] = [],
    id?: string,
  ): Promise<string> =>
    world.publish(
      WatchChanged,
      { watchId, change: kind, source: 'sandbox', product, productIds },
      { accountId: account, key: watchId, ...(id && { id }) },
    );

  const watchers = async (product: string): Promise<Record<string, number>> => {
    const rows = await world.sql<{ product_id: string; watchers: number }>(
      'ingestion',
      'select product_id, watchers from tracked where product = $1',
      [product],
    );
    return Object.fromEntries(rows.map((row) => [row.product_id, row.watchers]));
  };

  it('counts each watch once, however often it is told, and moves with it', async () => {
    const [one, two] = [newId(), newId()];
    const shared = productIdOf(OPERATOR_ACCOUNT_ID, 'sandbox', 'k');
    const own = productIdOf(account, 'sandbox', 'k');
    const message = newId();
    await change(one, 'created', 'k', [], message);
    await change(one, 'created', 'k', [], message);
    await change(one, 'updated', 'k', [shared]);
    await change(two, 'created', 'k', [own, shared]);
    await world.until(async () => (await watchers('k'))[own] === 1 && (await watchers('k'))[shared] === 2);

    await change(two, 'updated', 'k', [own]);
    await world.until(async () => (await watchers('k'))[shared] === 1);
    await change(one, 'deleted', 'k');
    await change(two, 'deleted', 'k');
    await world.until(async () => Object.keys(await watchers('k')).length === 0);
    expect(await world.sql('ingestion', 'select 1 from tracked_watch')).toEqual([]);
  });

  it('agrees with the watches after many of them changed at once', async () => {
    const products = Array.from({ length: 5 }, () => newId());
    const watches = Array.from({ length: 40 }, () => newId());
    for (const [index, watchId] of watches.entries()) {
      await change(watchId, 'created', 'm', [products[index % 5]!, products[(index + 1) % 5]!]);
      if (index % 3 === 0) await change(watchId, 'updated', 'm', [products[0]!]);
      if (index % 4 === 0) await change(watchId, 'deleted', 'm');
    }
    const expected: Record<string, number> = {};
    for (const index of watches.keys()) {
      if (index % 4 === 0) continue;
      const ids = index % 3 === 0 ? [products[0]!] : [products[index % 5]!, products[(index + 1) % 5]!];
      for (const id of ids) expected[id] = (expected[id] ?? 0) + 1;
    }
    await world.until(
      async () => JSON.stringify(sorted(await watchers('m'))) === JSON.stringify(sorted(expected)),
    );
  });
});

const sorted = (counts: Record<string, number>): [string, number][] =>
  Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b));
