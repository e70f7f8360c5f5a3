import { newId } from '@souk/contracts';
import { Database } from '@souk/service';
import type { World } from '@souk/testing';
import { DealsStore } from '../src/deals.store.ts';
import { TimelineStore } from '../src/timeline.store.ts';
import { startScoring } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startScoring();
});
afterAll(() => world?.stop());

/** PostgreSQL makes five plans for the values that it sees, before it may keep one for all. */
const TIMES = 8;
const PLANNED_ANEW = 5;

describe('the statements of a deal', () => {
  it('are planned once and for all, however often one listing is asked for', async () => {
    const app = world.app('scoring');
    const [deals, timelines] = [app.get(DealsStore), app.get(TimelineStore)];
    const plans = await app.get(Database).read([newId()], async (tx) => {
      for (let time = 0; time < TIMES; time += 1) {
        await deals.currentOffers(tx, [newId()]);
        await deals.askedOffers(tx, [newId()], true);
        await timelines.load(tx, [{ offerId: newId(), points: 1 }]);
      }
      return tx.query<{ kept: number; made: number }>(
        `select generic_plans as kept, custom_plans as made from pg_prepared_statements
         where position($1 in statement) > 0 or position($2 in statement) > 0`,
        [') as current', 'null::bytea as detail'],
      );
    });
    expect(plans).toHaveLength(3);
    for (const { kept, made } of plans) {
      expect(made).toBe(PLANNED_ANEW);
      expect(kept).toBeGreaterThanOrEqual(TIMES - PLANNED_ANEW);
    }
  });
});
