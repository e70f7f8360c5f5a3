import { context, propagation, trace } from '@opentelemetry/api';
import { CreateWatch, FindProducts, type QueryContract } from '@souk/contracts';
import { startTelemetry } from '@souk/service';
import type { World } from '@souk/testing';
import { call, type KeyRing, startGateway } from './gateway-world.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

describe('the trace of a request', () => {
  let world: World;
  let keys: KeyRing;
  let base: string;

  beforeAll(async () => {
    startTelemetry({ service: 'gateway', instance: 'test', endpoint: undefined, ratio: 1 });
    ({ world, keys } = await startGateway());
    base = world.running('gateway').url!;
  });
  afterAll(async () => {
    await world.stop();
    trace.disable();
    context.disable();
    propagation.disable();
  });

  /** Refuses, and answers with which trace it was asked. */
  function heard(contract: QueryContract): Promise<string | undefined> {
    return new Promise((resolve) => {
      world.nats.subscribe(contract.subject, {
        max: 1,
        callback: (_error, message) => {
          message.respond(JSON.stringify({ refusal: { code: 'conflict', detail: 'no' } }));
          resolve(message.headers?.get('traceparent'));
        },
      });
    });
  }

  it.each([
    ['a GET', FindProducts, '/v1/products', undefined],
    [
      'a POST, whose body arrives in between',
      CreateWatch,
      '/v1/watches',
      { product: { source: 'a', product: 'b' }, when: { allTimeLow: true } },
    ],
  ])(
    'of %s goes on from the client through to the service that is asked, and back',
    async (_, contract, path, body) => {
      const asked = heard(contract);
      await world.nats.flush();
      const headers = { traceparent: `00-${TRACE}-${PARENT}-01` };
      const answer = await call(base, path, { key: keys.make().text, headers, ...(body && { body }) });
      expect(answer.status).toBe(409);
      const [, traceId, spanId] = answer.headers.get('traceparent')!.split('-');
      expect(traceId).toBe(TRACE);
      expect(spanId).not.toBe(PARENT);
      expect(answer.json).toMatchObject({ traceId: TRACE, instance: `/requests/${TRACE}-${spanId}` });
      expect((await asked)!.split('-').slice(1, 3)).toEqual([TRACE, spanId]);
    },
  );

  it('begins here when the client sends none, or nonsense', async () => {
    const seen = new Set<string>();
    for (const headers of [
      {},
      { traceparent: 'nonsense' },
      { traceparent: `00-${'0'.repeat(32)}-${PARENT}-01` },
    ]) {
      const answer = await call(base, '/v1/nothing', { headers: headers as Record<string, string> });
      const traceId = answer.headers.get('traceparent')!.split('-')[1]!;
      expect(traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      seen.add(traceId);
    }
    expect(seen.size).toBe(3);
  });
});
