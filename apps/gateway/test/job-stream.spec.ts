import { GetJob, newId } from '@souk/contracts';
import type { World } from '@souk/testing';
import { job } from './fixtures.ts';
import { call, type KeyRing, startGateway } from './gateway-world.ts';

const PLACES = 30;

describe('GET /v1/jobs/{id}/stream', () => {
  let world: World;
  let keys: KeyRing;
  let base: string;
  let asked: number;
  /** Ingestion answers once this is open. */
  let gate: Promise<void>;
  let open: () => void;

  beforeAll(async () => {
    ({ world, keys } = await startGateway());
    base = world.running('gateway').url!;
    world.answer(GetJob, async ({ jobId }) => {
      asked += 1;
      await gate;
      return { job: job(jobId) };
    });
    await world.nats.flush();
  });
  beforeEach(() => {
    asked = 0;
    gate = new Promise((resolve) => (open = resolve));
  });
  afterEach(() => open());
  afterAll(() => world?.stop());

  const path = () => `/v1/jobs/${newId()}/stream`;

  /** Status of the answer; the stream goes on until the signal. */
  async function listen(key: string, signal: AbortSignal): Promise<number> {
    const headers = { authorization: `Bearer ${key}` };
    return (await fetch(new URL(path(), base), { signal, headers })).status;
  }

  it('has thirty places for an account, also for those who come at the same time', async () => {
    const { text } = keys.make();
    const abort = new AbortController();
    const streams = Array.from({ length: PLACES }, () => listen(text, abort.signal));
    await world.until(() => asked === PLACES);
    const { status, json } = await call(base, path(), { key: text });
    expect([status, json['detail']]).toEqual([429, 'At most 30 streams of jobs at the same time.']);
    open();
    expect(new Set(await Promise.all(streams))).toEqual(new Set([200]));
    abort.abort();
  });
});
