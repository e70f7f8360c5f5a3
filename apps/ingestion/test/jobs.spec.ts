import {
  CancelJob,
  CaptureCredits,
  CreateJob,
  GetJob,
  type Hold,
  type Job,
  ListJobItems,
  newId,
  Refusal,
  ReleaseCredits,
  ReserveCredits,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { ingestionWorld } from './ingestion-world.ts';
import { status } from './scripted-shop.ts';
import {
  generousQuota,
  registerScripted,
  type ScriptedSource,
  startScriptedSource,
} from './scripted-source.ts';

/** Billing as far as jobs see it: what a hold becomes, and that it becomes it once. */
function billing(world: World) {
  const holds = new Map<string, Hold>();
  const state = { available: 1_000_000, holds };
  const held = (id: string): Hold => {
    const hold = holds.get(id);
    if (!hold) throw new Refusal('not-found', 'There is no such hold.');
    return hold;
  };
  const end = (hold: Hold, how: Hold['state'], captured: number): Hold => {
    state.available += hold.amount - captured;
    return Object.assign(hold, { state: how, captured });
  };
  world.answer(ReserveCredits, ({ accountId, holdId, amount, expiresInMs }) => {
    const expiresAt = new Date(Date.now() + expiresInMs).toISOString();
    const known = holds.get(holdId);
    if (known) return { hold: known };
    if (amount > state.available) throw new Refusal('payment-required', 'Out of credits');
    state.available -= amount;
    const hold: Hold = { id: holdId, accountId, amount, captured: 0, state: 'open', expiresAt };
    holds.set(holdId, hold);
    return { hold };
  });
  world.answer(CaptureCredits, ({ holdId, amount }) => {
    const hold = held(holdId);
    if (hold.state === 'captured' && hold.captured === amount) return { hold };
    if (hold.state !== 'open') throw new Refusal('conflict', `This hold was ${hold.state} already.`);
    return { hold: end(hold, 'captured', amount) };
  });
  world.answer(ReleaseCredits, ({ holdId }) => {
    const hold = held(holdId);
    return { hold: hold.state === 'open' ? end(hold, 'released', 0) : hold };
  });
  const expireAll = (): void => {
    for (const hold of holds.values()) if (hold.state === 'open') end(hold, 'expired', 0);
  };
  return Object.assign(state, { expireAll });
}

describe('a job', () => {
  const accountId = newId();
  let world: World;
  let upstream: ScriptedSource;
  let credits: ReturnType<typeof billing>;

  beforeAll(async () => {
    registerScripted();
    upstream = await startScriptedSource();
    const config = { baseUrl: upstream.url };
    world = await ingestionWorld({
      SOUK_SOURCES: JSON.stringify([
        { source: 'open', adapter: 'scripted', config, currencies: ['EUR'] },
        { source: 'brief', adapter: 'scripted', config, policy: { cacheLifetimeMs: 1_500 } },
      ]),
      SOUK_JOB_HOLD_MS: '4000',
      SOUK_JOB_CLAIM_MS: '5000',
      SOUK_PAGE_ALLOW: '127.0.0.1',
    });
    generousQuota(world);
  });
  afterAll(async () => {
    await world?.stop();
    await upstream?.close();
  });
  beforeEach(() => {
    credits = billing(world);
    Object.assign(upstream, { calls: [], next: [], always: undefined });
  });

  let codes = 0;
  const create = async (count: number, source = 'open', jobId = newId()): Promise<Job> => {
    const lines = Array.from({ length: count }, (_, index) => ({
      line: index + 1,
      product: `p-${(codes += 1)}`,
      source,
    }));
    const body = Buffer.from(JSON.stringify(lines));
    return (await world.ask(CreateJob, { accountId, jobId }, { body })).job!;
  };
  const get = async (jobId: string): Promise<Job> => (await world.ask(GetJob, { accountId, jobId })).job;
  const ended = (jobId: string, withinMs = 30_000): Promise<Job> =>
    world.until(
      async () => {
        const job = await get(jobId);
        return job.finishedAt === null ? undefined : job;
      },
      { withinMs },
    );
  const itemsOf = (jobId: string) => world.ask(ListJobItems, { accountId, jobId, limit: 1_000 });
  const statesOf = (): string[] => [...credits.holds.values()].map(({ state }) => state).toSorted();

  it('of 10,000 products is looked up in full batches and settled to the credit', async () => {
    const begunAt = performance.now();
    const cpuBefore = process.cpuUsage();
    const { id } = await create(10_000);
    const job = await ended(id, 150_000);
    const seconds = (performance.now() - begunAt) / 1_000;
    const { user, system } = process.cpuUsage(cpuBefore);
    console.log(
      `10,000 items in ${seconds.toFixed(1)} s, ${Math.round(600_000 / seconds)} a minute, ` +
        `${((user + system) / 1e6).toFixed(1)} s of CPU`,
    );
    expect(job).toMatchObject({
      state: 'completed',
      found: 10_000,
      credits: { captured: 10_000, refunded: 0 },
    });
    expect(upstream.lookUps().length).toBeLessThan(1_100);
    expect(upstream.lookUps().flatMap((ids) => ids.split(','))).toHaveLength(10_000);
    expect(credits.available).toBe(990_000);
    expect(statesOf()).not.toContain('open');
  }, 180_000);

  it('renews its hold while it waits, each hold ending once', async () => {
    upstream.always = status(503);
    const { id } = await create(3);
    await world.until(() => credits.holds.size >= 3, { withinMs: 30_000 });
    upstream.always = undefined;
    const job = await ended(id, 60_000);
    expect(job.found + job.failed).toBe(3);
    expect(statesOf()).not.toContain('open');
    expect(credits.available).toBe(1_000_000 - job.found);
  });

  it('whose hold expired all the same charges nothing twice and ends', async () => {
    upstream.next = [status(503)];
    const { id } = await create(2);
    credits.expireAll();
    const job = await ended(id);
    expect(job.found).toBe(2);
    expect(credits.available).toBe(1_000_000 - job.credits.captured);
    expect(statesOf()).not.toContain('open');
  });

  it('forgets its results when their source says so, and says that it did', async () => {
    const { id } = await create(2, 'brief');
    await ended(id);
    await world.until(async () =>
      (await itemsOf(id)).items.every(({ observations }) => observations === null),
    );
    expect((await itemsOf(id)).items.map(({ state, problem }) => [state, problem?.reason])).toEqual([
      ['found', 'expired'],
      ['found', 'expired'],
    ]);
    await world.until(
      async () =>
        (
          await world.sql<{ n: number }>(
            'ingestion',
            'select count(*)::int as n from job_item where job_id = $1 and observations is not null',
            [id],
          )
        )[0]!.n === 0,
      { what: 'results really deleted' },
    );
  });

  it('that cannot be paid leaves nothing behind, also when its first slices could be', async () => {
    credits.available = 600;
    await expect(create(700)).rejects.toThrow('The job costs 700 credits');
    await world.until(() => credits.available === 600);
    expect(statesOf()).toEqual(['released']);
  });

  it('is none of another account, neither to see nor to cancel', async () => {
    const { id } = await create(1);
    const stranger = { accountId: newId(), jobId: id };
    await expect(world.ask(GetJob, stranger)).rejects.toThrow('There is no such job');
    await expect(world.ask(CancelJob, stranger)).rejects.toThrow('There is no such job');
    await expect(world.ask(ListJobItems, { ...stranger, limit: 10 })).rejects.toThrow('There is no such job');
    await ended(id);
  });
});
