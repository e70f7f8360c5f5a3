import { connect } from '@nats-io/transport-node';
import { SERVICE_NAMES } from '@souk/contracts';
import { ensureServers, startNats } from '@souk/infra';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchBroker } from '../src/broker-watch.ts';
import { ROOT } from '../src/options.ts';
import { Supervisor } from '../src/supervisor.ts';

const PASSWORD = 'a-password';
const USERS = `accounts { A { jetstream: enabled, users: [{ user: provisioner, password: ${PASSWORD} }] } }`;
/** Somebody hears it and does not answer, as JetStream does then. */
const NEVER_ANSWERED = 'never.answered';

describe('a broker that is watched', () => {
  let dir: string;
  let supervisor: Supervisor;
  const said: string[] = [];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'souk-broker-watch-'));
    said.length = 0;
    supervisor = new Supervisor((line) => said.push(line));
  });
  afterEach(async () => {
    await supervisor.stopAll();
    rmSync(dir, { recursive: true, force: true });
  });

  const start = async (everyMs: number, questions?: string[]): Promise<{ url: string; pid: number }> => {
    const binaries = await ensureServers({ root: ROOT, kinds: ['nats'], progress: () => undefined });
    const configText = `jetstream { max_file_store: 1MB }\n${USERS}`;
    const running = await supervisor.keep('NATS', 0, () => startNats({ dir, binaries, configText }));
    watchBroker({
      url: running.url,
      password: PASSWORD,
      supervisor,
      say: (line) => said.push(line),
      everyMs,
      ...(questions && { questions }),
    });
    return running;
  };
  const until = async (fact: () => boolean): Promise<void> => {
    for (const end = Date.now() + 60_000; !fact(); await new Promise((resolve) => setTimeout(resolve, 20))) {
      if (Date.now() > end) throw new Error(`it did not become true within 60 s: ${said.join('; ')}`);
    }
  };

  it('is killed and started again when JetStream has fallen silent, and be it for one stream', async () => {
    const { url, pid } = await start(100, ['$JS.API.STREAM.INFO.ANOTHER', NEVER_ANSWERED]);
    const mute = await connect({ servers: new URL(url).host, user: 'provisioner', pass: PASSWORD });
    mute.subscribe(NEVER_ANSWERED, { callback: () => undefined });
    await until(() => ![0, pid].includes(supervisor.pidOf('NATS')));
    expect(said.join('\n')).toMatch(/JetStream does not answer.*\n.*killed by SIGKILL/);
    await mute.close();
  });

  it('is asked for each of its streams, and left alone as long as it answers', async () => {
    const { url, pid } = await start(2_000);
    let questions = 0;
    const asked = new Set<string>();
    const listener = await connect({ servers: new URL(url).host, user: 'provisioner', pass: PASSWORD });
    listener.subscribe('$JS.API.STREAM.INFO.>', {
      callback: (_error, { subject }) => {
        questions += 1;
        asked.add(subject);
      },
    });
    await until(() => questions >= 8 && asked.size === SERVICE_NAMES.length);
    expect(supervisor.pidOf('NATS')).toBe(pid);
    expect(said).toEqual([]);
    await listener.close();
  });
});
