import { Webhook } from 'standardwebhooks';
import { startWebhookReceiver, type WebhookReceiver } from './index.ts';

const secret = `whsec_${Buffer.from('a secret of the sandbox').toString('base64')}`;
let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await startWebhookReceiver({ secret });
});
afterEach(() => receiver.close());

function post(body: string, signedBody = body, at = new Date()): Promise<Response> {
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', at, signedBody),
  };
  return fetch(`${receiver.url}/hook`, { method: 'POST', body, headers });
}

describe('the webhook receiver', () => {
  it('tells a right signature from a wrong one and from an old one', async () => {
    await post('{"price":"1.00"}');
    await post('{"price":"1.00"}', '{"price":"2.00"}');
    await post('{}', '{}', new Date(Date.now() - 3_600_000));
    expect(receiver.requests.items).toMatchObject([
      { path: '/hook', body: '{"price":"1.00"}', verified: true },
      { verified: false, problem: expect.stringMatching(/signature/i) },
      { verified: false, problem: expect.stringMatching(/old/i) },
    ]);
  });

  it('answers as told, then 200 again, and shows what it got', async () => {
    receiver.answerNext({ status: 503 }, { status: 200, delayMs: 20 });
    expect([(await post('{}')).status, (await post('{}')).status, (await post('{}')).status]).toEqual([
      503, 200, 200,
    ]);
    const recorded = (await (await fetch(`${receiver.url}/recorded`)).json()) as { requests: unknown[] };
    expect(recorded.requests).toHaveLength(3);
  });

  it('verifies with the secret that it is given later', async () => {
    receiver.setSecret(`whsec_${Buffer.from('another').toString('base64')}`);
    await post('{}');
    expect(receiver.requests.items).toMatchObject([{ verified: false }]);
  });

  it('takes a request without an answer, or hangs, or says how long to wait, as it is decided for each', async () => {
    const moody = await startWebhookReceiver({
      answerOf: ({ body }) =>
        body === 'lost' || body === 'hang' ? body : { status: 429, retryAfterSeconds: 7 },
    });
    try {
      const call = (body: string): Promise<Response> =>
        fetch(moody.url, {
          method: 'POST',
          body,
          signal: AbortSignal.timeout(body === 'hang' ? 3_000 : 60_000),
        });
      await expect(call('lost')).rejects.toThrow('fetch failed');
      await expect(call('hang')).rejects.toThrow(/timeout/);
      expect((await call('wait')).headers.get('retry-after')).toBe('7');
      expect(moody.requests.items.map(({ answered }) => answered)).toEqual(['lost', 'hang', 429]);
    } finally {
      await moody.close();
    }
  });
});
