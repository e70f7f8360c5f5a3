import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  AckPolicy,
  DiscardPolicy,
  jetstream,
  type JetStreamManager,
  jetstreamManager,
} from '@nats-io/jetstream';
import { type Provisioner, startProvisioner } from '../src/broker-provisioner.ts';
import type { StreamPlan } from '../src/broker-setup.ts';
import { startTestNats, type TestNats } from '../src/test-infra.ts';

const MB = 1024 ** 2;
const consumer = (reader: string, partition: number) => ({
  durable: `${reader}-priced-${partition}`,
  reader,
  settings: {
    durable_name: `${reader}-priced-${partition}`,
    filter_subject: `shop.priced.${partition}`,
    ack_policy: 'all',
    max_ack_pending: 100,
  },
});
const shop: StreamPlan = {
  name: 'SHOP',
  owner: 'shop',
  settings: {
    subjects: ['shop.>'],
    discard: 'new',
    max_bytes: 64 * MB,
    description: 'partitions=2',
  },
  relieveAboveBytes: 20_000,
  consumers: [consumer('alerting', 0), consumer('alerting', 1)],
};
const [first, second] = shop.consumers as [StreamPlan['consumers'][number], StreamPlan['consumers'][number]];

let server: TestNats;
let nats: NatsConnection;
let manager: JetStreamManager;
const running: Provisioner[] = [];

beforeEach(async () => {
  const { mode } = JSON.parse(process.env['SOUK_TEST_INFRASTRUCTURE'] ?? '{"mode":"native"}');
  server = await startTestNats('', mode);
  nats = await connect({ servers: new URL(server.url).host });
  manager = await jetstreamManager(nats);
});
afterEach(async () => {
  for (const provisioner of running.splice(0)) await provisioner.stop();
  await nats.close();
  await server.stop();
});

async function provision(plan: StreamPlan[] = [shop]): Promise<Provisioner> {
  const provisioner = await startProvisioner({
    url: server.url,
    inboxPrefix: '_INBOX',
    plan,
    requestSubject: 'provision.*',
    say: () => undefined,
  });
  running.push(provisioner);
  return provisioner;
}

async function until<T>(fact: () => Promise<T | false>): Promise<T> {
  for (const end = Date.now() + 15_000; ;) {
    const found = await fact().catch(() => false as const);
    if (found !== false) return found;
    if (Date.now() > end) throw new Error(`not within 15 s: ${fact.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const ask = async (service: string, request: unknown): Promise<{ problem?: string }> =>
  (await nats.request(`provision.${service}`, JSON.stringify(request), { timeout: 5_000 })).json();

async function publish(partition: number, count: number, bytes = 100): Promise<void> {
  for (let left = count; left > 0; left--)
    await jetstream(nats).publish(`shop.priced.${partition}`, 'x'.repeat(bytes));
}

/** What is delivered now; acknowledged if wanted. */
async function read(durable: string, count: number, acknowledge: boolean): Promise<number[]> {
  const source = await jetstream(nats).consumers.get('SHOP', durable);
  const sequences: number[] = [];
  for await (const message of await source.fetch({ max_messages: count, expires: 1_000 })) {
    sequences.push(message.seq);
    if (acknowledge) message.ack();
  }
  await nats.flush();
  return sequences;
}

describe('the provisioner', () => {
  it('makes streams and consumers, and makes them again when they are gone', async () => {
    await provision();
    expect((await manager.streams.info('SHOP')).config).toMatchObject({ ...shop.settings, name: 'SHOP' });
    await manager.streams.delete('SHOP');
    const info = await until(() => manager.consumers.info('SHOP', second.durable));
    expect(info.config).toMatchObject(second.settings);
    await manager.consumers.delete('SHOP', first.durable);
    await until(() => manager.consumers.info('SHOP', first.durable));
  });

  it('leaves a stream alone that is as planned, and changes one that is not', async () => {
    const updates: string[] = [];
    nats.subscribe('$JS.EVENT.ADVISORY.STREAM.UPDATED.*', {
      callback: (_, message) => void updates.push(message.subject),
    });
    await nats.flush();
    await provision();
    await provision();
    await nats.flush();
    expect(updates).toEqual([]);
    const wider = { ...shop, settings: { ...shop.settings, max_bytes: 65 * MB } };
    await provision([wider]);
    await nats.flush();
    expect(updates).toHaveLength(1);
  });

  it.each([
    ['another number of partitions', { description: 'partitions=3' }, 'set it back'],
    ['no limits', { max_bytes: -1, discard: DiscardPolicy.Old }, 'delete it'],
  ])('refuses a stream that was made with %s, and says what to do', async (_what, config, advice) => {
    const settings = { subjects: ['shop.>'], discard: DiscardPolicy.New, max_bytes: MB };
    await manager.streams.add({ name: 'SHOP', ...settings, ...config });
    await expect(provision()).rejects.toThrow(advice);
  });

  it('makes a consumer anew that reads what it should not', async () => {
    await manager.streams.add({ name: 'SHOP', ...shop.settings });
    const spying = { ...first.settings, filter_subject: 'shop.>', ack_policy: AckPolicy.All };
    await manager.consumers.add('SHOP', spying);
    await provision();
    expect((await manager.consumers.info('SHOP', first.durable)).config.filter_subject).toBe('shop.priced.0');
  });

  it('resumes a consumer for its reader from what it has acknowledged, at once and in order', async () => {
    await provision();
    await publish(0, 10);
    await read(first.durable, 3, true);
    await read(first.durable, 4, false); // in the hands of somebody who died
    expect(await ask('alerting', { resume: [first.durable] })).toEqual({});
    expect(await read(first.durable, 20, true)).toEqual([4, 5, 6, 7, 8, 9, 10]);
  });

  it("has everybody begin anew for the stream's owner", async () => {
    await provision();
    await publish(0, 2);
    await publish(1, 2);
    await read(first.durable, 2, true);
    expect(await ask('shop', { replay: true })).toEqual({});
    expect(await read(first.durable, 2, true)).toEqual([1, 2]);
    expect(await read(second.durable, 2, true)).toEqual([3, 4]);
  });

  it.each([
    ["another service's consumer", 'shop', { resume: ['alerting-priced-0'] }, 'shop has no consumer'],
    ['a stream it does not own', 'alerting', { replay: true }, 'alerting has no stream'],
    ['something else', 'alerting', { delete: 'SHOP' }, 'neither'],
    ['no JSON', 'alerting', undefined, ''],
  ])('refuses a service that asks for %s', async (_what, service, request, problem) => {
    await provision();
    await publish(0, 1);
    await read(first.durable, 1, true);
    expect((await ask(service, request)).problem).toContain(problem);
    expect((await manager.consumers.info('SHOP', first.durable)).ack_floor.stream_seq).toBe(1);
  });

  it('relieves a stream of what every reader has handled, and of nothing else', async () => {
    await provision();
    await publish(0, 30, 1_000);
    await publish(1, 5, 1_000);
    await read(first.durable, 100, true);
    const firstSequence = async (): Promise<number> => (await manager.streams.info('SHOP')).state.first_seq;
    // The second partition is unread: what lies before it may go, it and what lies behind may not.
    await read(second.durable, 2, true);
    await until(async () => (await firstSequence()) === 33);
    expect((await manager.streams.info('SHOP')).state.messages).toBe(3);
  });
});
