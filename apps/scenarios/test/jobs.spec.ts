import { asinOf, firstClosed, type RunningApis, startApis } from '@souk/sandbox';
import type { Client, Json } from './client.ts';
import { type JobWorker, startJobWorker } from './job-worker.ts';
import { type Product, startProduct } from './product.ts';

type Owner = Client & { accountId: string };

/** Calls of ten products each: 2,000 take it eight seconds, on any machine. */
const SLOW_SOURCE = 'amazon-slow';

let apis: RunningApis;
let product: Product;
let next = 1_000;
const fresh = (count: number): string[] => Array.from({ length: count }, () => asinOf((next += 1)));
let sources: string;
let worker: JobWorker;
let workers = 0;
const begin = (): void => {
  workers += 1;
  worker = startJobWorker(product.world, `job-worker-${workers}`, {
    SOUK_SOURCES: sources,
    SOUK_JOB_CLAIM_MS: '1500',
  });
};

beforeAll(async () => {
  apis = await startApis();
  const amazon = (source: string, marketplace: string, credentialVersion: string) => ({
    source,
    adapter: 'amazon',
    intervalMs: 86_400_000,
    canaryIntervalMs: 86_400_000,
    config: {
      marketplace,
      credentialVersion,
      clientId: source,
      clientSecret: 'secret',
      partnerTag: 'souk-21',
      apiUrl: `${apis.url}/creators`,
      tokenUrl: `${apis.url}/creators/auth/o2/token`,
    },
  });
  sources = JSON.stringify([
    amazon('amazon-in', 'IN', '3.2'),
    amazon('amazon-us', 'US', '3.1'),
    amazon(SLOW_SOURCE, 'IN', '3.2'),
  ]);
  const upstreams = ['amazon-in', 'amazon-us', SLOW_SOURCE].map((upstream) => {
    const ratePerSecond = upstream === SLOW_SOURCE ? 25 : 1_000;
    return { upstream, ratePerSecond, burst: ratePerSecond };
  });
  product = await startProduct({
    // Jobs are worked on by processes that can be killed.
    ingestion: { SOUK_SOURCES: sources, SOUK_JOB_SLICES: '0' },
    quota: { SOUK_QUOTA_UPSTREAMS: JSON.stringify(upstreams) },
  });
  begin();
});
afterAll(async () => {
  await worker?.kill();
  await product?.stop();
  await apis?.close();
});
beforeEach(() => {
  apis.clearFaults();
  apis.calls.clear();
});

const ended = (client: Client, id: string, withinMs = 60_000): Promise<Json> =>
  product.world.until(
    async () => {
      const { body } = await client.get(`/v1/jobs/${id}`);
      return body.finishedAt ? body : undefined;
    },
    { withinMs, what: 'the end of the job' },
  );

async function resultsOf(client: Client, id: string): Promise<Json[]> {
  const response = await fetch(`${client.url}/v1/jobs/${id}/results`, {
    headers: { authorization: `Bearer ${client.key}` },
  });
  return (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const creditsOf = async ({ get }: Client): Promise<Json> => (await get('/v1/credits')).body;
const auditIsClean = async (): Promise<void> =>
  expect(await product.world.sql('billing', 'select * from ledger_audit')).toEqual([]);

describe('a bulk look-up', () => {
  it('pays what was found, gives the rest back, and pairs every line with its result', async () => {
    const client: Owner = await product.account('Mixed', { credits: 100 });
    const found = fresh(23);
    const products = [...found, 'B0NOBODY00', asinOf(firstClosed), 'X001ABCDEF'];
    const made = await client.post('/v1/jobs', { source: 'amazon-in', products });
    expect([made.status, made.body]).toEqual([
      202,
      expect.objectContaining({
        items: 26,
        rejectedLines: [],
        credits: { price: 26, captured: 0, refunded: 0 },
      }),
    ]);
    const job = await ended(client, made.body.id);
    expect(job).toMatchObject({
      state: 'completed',
      found: 23,
      failed: 3,
      pending: 0,
      credits: { price: 26, captured: 23, refunded: 3 },
    });
    const results = await resultsOf(client, job.id);
    expect(results.map(({ line, product: code }) => [line, code])).toEqual(
      products.map((code, index) => [index + 1, code]),
    );
    expect(results[0]).toMatchObject({
      state: 'found',
      credits: 1,
      offers: expect.arrayContaining([expect.objectContaining({ currency: 'INR' })]),
    });
    expect(results.slice(23).map(({ problem, credits }) => [problem.reason, credits])).toEqual([
      ['not-found', 0],
      ['not-accessible', 0],
      ['not-supported', 0],
    ]);
    expect(await creditsOf(client)).toMatchObject({ available: 77, held: 0, used: 23 });
    await auditIsClean();
  });

  it('survives workers that are killed at any point: each item is settled once, to the credit', async () => {
    const client: Owner = await product.account('Killed', { credits: 3_000 });
    const products = fresh(1_990);
    const missing = ['B0NOBODY00', 'B0NOBODY01', 'X001ABCDEF'];
    const made = await client.post('/v1/jobs', {
      source: SLOW_SOURCE,
      products: [...missing, ...products],
    });
    expect(made.status).toBe(202);
    const { id } = made.body;
    const doneBy = async (): Promise<number> => {
      const { found, failed } = (await client.get(`/v1/jobs/${id}`)).body;
      return found + failed;
    };
    let kills = 0;
    // Within claims, calls, writes and settlements alike: whenever so much was done.
    for (const share of [0.01, 0.2, 0.45, 0.7, 0.95, 1]) {
      await product.world.until(async () => (await doneBy()) >= share * 1_993, { withinMs: 60_000 });
      const { finishedAt } = (await client.get(`/v1/jobs/${id}`)).body;
      if (finishedAt) break;
      await worker.kill();
      kills += 1;
      begin();
    }
    expect(kills).toBeGreaterThanOrEqual(4);
    const job = await ended(client, id);
    expect(job).toMatchObject({ found: 1_990, failed: 3, credits: { captured: 1_990, refunded: 3 } });
    expect(await creditsOf(client)).toMatchObject({ available: 1_010, held: 0, used: 1_990 });
    await auditIsClean();
    const holds = await product.world.sql<{ state: string; captured: number }>(
      'billing',
      `select state, sum(captured)::int as captured from hold where account_id = $1 group by 1 order by 1`,
      [client.accountId],
    );
    expect(holds).toEqual([{ state: 'captured', captured: 1_990 }]);
    // Asked for again is at most what was under way at a kill: its answer had reached nobody.
    const asked = apis.calls
      .list({ operation: 'getItems' })
      .reduce((sum, { units }) => sum + (units ?? 0), 0);
    expect(asked).toBeLessThanOrEqual(1_992 + kills * 400);
    const results = await resultsOf(client, id);
    expect(results.map(({ product: code }) => code)).toEqual([...missing, ...products]);
    console.log(JSON.stringify({ kills, asked, items: 1_992 }));
  }, 180_000);

  it('that is cancelled keeps what was found and gives the rest back', async () => {
    const client: Owner = await product.account('Cancelled', { credits: 2_000 });
    apis.fail({ kind: 'throttle', account: 'amazon-us', retryAfterSeconds: 1 });
    const made = await client.post('/v1/jobs', { source: 'amazon-us', products: fresh(2_000) });
    await client.post(`/v1/jobs/${made.body.id}/cancel`, {});
    const job = await ended(client, made.body.id);
    expect(job.state).toBe('cancelled');
    expect(job.cancelled).toBeGreaterThan(0);
    expect(job.found + job.cancelled + job.failed).toBe(2_000);
    expect(job.credits).toEqual({ price: 2_000, captured: job.found, refunded: 2_000 - job.found });
    expect(await creditsOf(client)).toMatchObject({ available: 2_000 - job.found, held: 0, used: job.found });
    const again = await client.post(`/v1/jobs/${made.body.id}/cancel`, {});
    expect([again.status, again.body.position]).toEqual([200, job.position]);
  });

  it('that costs more than the account has takes nothing', async () => {
    const client: Owner = await product.account('Poor', { credits: 700 });
    const refused = await client.post('/v1/jobs', { source: 'amazon-in', products: fresh(701) });
    expect([refused.status, refused.body.detail]).toEqual([402, expect.stringContaining('701 credits')]);
    // One slice of it was set aside already, and comes back.
    await product.world.until(async () => (await creditsOf(client)).available === 700);
    expect(await creditsOf(client)).toMatchObject({ held: 0, used: 0 });
    expect((await client.get('/v1/jobs')).body.items).toEqual([]);
  });

  it('is begun once, however often it is sent with one Idempotency-Key', async () => {
    const client: Owner = await product.account('Twice', { credits: 10 });
    const body = { source: 'amazon-in', products: fresh(4) };
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => client.post('/v1/jobs', body, { 'idempotency-key': 'one' })),
    );
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1);
    await ended(client, answers[0]!.body.id);
    expect(await creditsOf(client)).toMatchObject({ available: 6, held: 0, used: 4 });
  });

  it('with wrong lines is refused with each of them named, or leaves them out', async () => {
    const client: Owner = await product.account('Wrong', { credits: 10 });
    const [good] = fresh(1);
    const csv = `asin,marketplace\n${good},IN\n0306406153,IN\n${good},in\n${good},DE\n${good},US\n`;
    const post = (query: string) =>
      fetch(`${client.url}/v1/jobs${query}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${client.key}`, 'content-type': 'text/csv' },
        body: csv,
      });
    const refused = await post('');
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      rejectedCount: 3,
      errors: [
        { line: 3, field: 'product', problem: expect.stringContaining('should end with 2') },
        { line: 4, field: 'product', problem: 'is the same as in line 2' },
        { line: 5, field: 'marketplace', problem: 'there is no source for DE' },
      ],
    });
    expect((await client.get('/v1/jobs')).body.items).toEqual([]);
    const taken = (await (await post('?onInvalid=skip')).json()) as Json;
    expect(taken).toMatchObject({ lines: 5, items: 2, rejected: 3, credits: { price: 2 } });
    await ended(client, taken.id);
    const results = await resultsOf(client, taken.id);
    expect(results.map(({ line, state, source }) => [line, state, source])).toEqual([
      [2, 'found', 'amazon-in'],
      [3, 'rejected', 'amazon-in'],
      [4, 'rejected', 'amazon-in'],
      [5, 'rejected', null],
      [6, 'found', 'amazon-us'],
    ]);
  });

  it('is followed as it goes, also after a break, to its end', async () => {
    const client: Owner = await product.account('Followed', { credits: 1_000 });
    const made = await client.post('/v1/jobs', { source: 'amazon-in', products: fresh(900) });
    const follow = (id: string, after?: number) =>
      fetch(`${client.url}/v1/jobs/${id}/stream`, {
        headers: {
          authorization: `Bearer ${client.key}`,
          ...(after !== undefined && { 'last-event-id': String(after) }),
        },
      });
    const first = await follow(made.body.id);
    let text = '';
    for await (const piece of first.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (/^data: .*\n\n/m.test(text)) break; // the connection breaks
    }
    const position = Number(/^id: (\d+)/m.exec(text)![1]);
    const rest = await (await follow(made.body.id, position)).text();
    const ids = [...rest.matchAll(/^id: (\d+)/gm)].map((match) => Number(match[1]));
    expect(ids).toEqual(ids.toSorted((one, other) => one - other));
    expect(ids[0]).toBeGreaterThan(position);
    const last = JSON.parse([...rest.matchAll(/^data: (.*)$/gm)].at(-1)![1]!);
    expect(last).toMatchObject({ state: 'completed', found: 900, pending: 0, position: ids.at(-1) });
    expect((await follow(made.body.id, last.position)).status).toBe(204);
  });
});
