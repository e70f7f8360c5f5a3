import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  ACK_WAIT_MS,
  consumerOf,
  durableOf,
  type EventContract,
  inboxPrefixOf,
  OffersAccepted,
  ProductChanged,
  PROVISIONER,
} from '@souk/contracts';
import { readSecrets } from '../src/secrets.ts';
import { argumentsOf } from '../src/service-plan.ts';
import { until } from './running-souk.ts';
import { SoukUnderLoad } from './souk-under-load.ts';

const KILLS = 10;
const REPLICA = 'scoring-to-be-killed';
/** What a process had said before it was frozen is done by then. */
const SETTLE_MS = 100;
const OUTAGE_MS = 120_000;

/** What the broker knows of the reading of one partition. */
interface BrokersView {
  created: string;
  num_ack_pending: number;
  num_redelivered: number;
}

describe('a consumer under load', () => {
  const souk = new SoukUnderLoad();
  let envOfScoring: Record<string, string>;
  let broker: NatsConnection;
  let replica: ChildProcess | undefined;

  beforeAll(async () => {
    await souk.start((service, env) => {
      if (service === 'scoring') envOfScoring = env;
      return env;
    });
    broker = await connect({
      servers: `127.0.0.1:${souk.ports.nats}`,
      user: PROVISIONER,
      pass: readSecrets(souk.options.dataDir).nats[PROVISIONER],
      inboxPrefix: inboxPrefixOf(PROVISIONER),
    });
  }, 240_000);
  afterAll(async () => {
    replica?.kill('SIGKILL');
    await broker?.close();
    await souk.stop();
  });

  const startReplica = (): ChildProcess =>
    spawn(process.execPath, argumentsOf('scoring', souk.options.root), {
      cwd: souk.options.root,
      env: { ...envOfScoring, SOUK_INSTANCE: REPLICA, SOUK_HEALTH_PORT: '0' },
      stdio: 'ignore',
    });
  /** The replica that reads partitions now, as another process than those before it. */
  const readerAfter = async (killed: readonly string[]): Promise<string | undefined> => {
    const { rows } = await souk.sql.query<{ replica_id: string }>(
      `select distinct replica_id from scoring.bus_lease join scoring.bus_replica using (replica_id)
       where instance = $1 and consumer <> 'relay'`,
      [REPLICA],
    );
    return rows.map(({ replica_id }) => replica_id).find((id) => !killed.includes(id));
  };
  /** Has messages in the inbox, and nothing of them committed: PostgreSQL waits for its next word. */
  const isAmidBatch = async (instance: string): Promise<boolean> => {
    const { rowCount } = await souk.sql.query(
      `select 1 from pg_stat_activity join pg_locks using (pid)
       where application_name = $1 and state = 'idle in transaction'
         and relation = 'scoring.bus_inbox'::regclass and mode = 'RowExclusiveLock'`,
      [instance],
    );
    return rowCount! > 0;
  };
  /** Stops a process in the midst of a batch; wherever else it is met, it goes on. */
  const freezeAmidBatch = async (pid: number, instance: string): Promise<void> => {
    await until(async () => {
      process.kill(pid, 'SIGSTOP');
      await delay(SETTLE_MS);
      const isAmid = await isAmidBatch(instance).catch(() => false);
      if (isAmid) return true;
      process.kill(pid, 'SIGCONT');
      return undefined;
    });
  };
  const brokersView = (): Promise<BrokersView[]> =>
    Promise.all(
      Array.from({ length: souk.options.streams.partitions }, async (_, partition) => {
        const durable = durableOf('scoring', OffersAccepted, partition);
        const answer = await broker.request(`$JS.API.CONSUMER.INFO.${OffersAccepted.stream}.${durable}`, '', {
          timeout: 5_000,
        });
        return answer.json<BrokersView>();
      }),
    );
  const deadLetters = async (...words: string[]): Promise<string> => {
    const command = [
      join(souk.options.root, 'tools/scripts/run.mjs'),
      'tools/dead-letters/src/main.ts',
      ...words,
    ];
    const env = { ...process.env, SOUK_DATA_DIR: souk.options.dataDir };
    return (await promisify(execFile)(process.execPath, command, { cwd: souk.options.root, env })).stdout;
  };
  /** An event that enrichment told once, among the dead letters of a service that reads it. */
  const givenUp = async (
    reader: 'scoring' | 'alerting',
    event: EventContract,
  ): Promise<{ id: string; trace: string }> => {
    const { rows } = await souk.sql.query<{ id: string; trace: string }>(
      `insert into ${reader}.bus_dead_letter
         (consumer, message_id, part, event_type, account_id, reason, attempts, trace_id, payload, keys)
       select $1, id, part, $2, (payload::jsonb ->> 'account')::uuid, 'a test gave it up', 5,
         split_part(payload::jsonb ->> 'traceparent', '-', 2), payload, '{}'
       from enrichment.bus_outbox where subject like $3 order by part, position limit 1
       returning message_id as id, trace_id as trace`,
      [consumerOf(reader, event), event.type, `${event.type}.%`],
    );
    return rows[0]!;
  };

  it(`that is killed ${KILLS} times in the midst of a batch leaves not one good message in the dead letters, and each is handled once`, async () => {
    await souk.during(async () => {
      const killed: string[] = [];
      for (let kill = 1; kill <= KILLS; kill++) {
        replica = startReplica();
        killed.push(await until(() => readerAfter(killed)));
        await freezeAmidBatch(replica.pid!, REPLICA);
        replica.kill('SIGKILL');
        await once(replica, 'exit');
        expect(replica.signalCode).toBe('SIGKILL');
      }
      expect(new Set(killed).size).toBe(KILLS);
    });
    await souk.isAllHandledOnce();
  }, 400_000);

  it('that stands still until the broker delivers again what it has in hand handles all of it once', async () => {
    const pid = souk.supervisor.pidOf('scoring');
    await souk.during(async () => {
      await freezeAmidBatch(pid, 'scoring-1');
      const before = await brokersView();
      expect(before.some(({ num_ack_pending }) => num_ack_pending > 0)).toBe(true);
      await delay(ACK_WAIT_MS + 5_000);
      // Delivered again as they are, or with the consumer made anew from what it had acknowledged. Looked for before it goes
      // on: the broker forgets how many were delivered again once they are acknowledged.
      const deliveredAgain = until(async () =>
        (await brokersView()).some(
          ({ created, num_redelivered }, partition) =>
            num_redelivered > before[partition]!.num_redelivered ||
            (before[partition]!.num_ack_pending > 0 && created !== before[partition]!.created),
        ),
      );
      process.kill(pid, 'SIGCONT');
      await deliveredAgain;
    }, 1_000);
    await souk.isAllHandledOnce();
    expect(souk.supervisor.pidOf('scoring')).toBe(pid);
  }, 240_000);

  it('and all others outlast two minutes without PostgreSQL: nothing is accepted meanwhile, nothing given up, nothing lost', async () => {
    let away = { from: 0, to: 0 };
    await souk.during(async () => {
      away = await souk.withoutPostgres(OUTAGE_MS);
    });
    const meanwhile = souk.attempts.filter(({ sentAt, endedAt }) => sentAt > away.from && endedAt < away.to);
    const outcomes = meanwhile.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome.startsWith('503, Retry-After ')).length).toBeGreaterThan(10);
    const others = outcomes.filter((outcome) => !/^(503, Retry-After [1-9]\d*|TimeoutError)$/.test(outcome));
    expect(others).toEqual([]);
    await souk.isAllHandledOnce();
  }, 400_000);

  it('has its dead letters told, shown and handed over once more by npm run dead-letters', async () => {
    const { id, trace } = await givenUp('scoring', OffersAccepted);
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    expect(await deadLetters('list', '--service', 'scoring')).toContain('a test gave it up');
    expect(await deadLetters('show', id)).toContain(trace);
    expect(await deadLetters('replay', id)).toContain('scoring: 1 handed over again');
    await souk.isAllStored();
    await expect(deadLetters('replay', id)).rejects.toThrow(`handed over before, or never there: ${id} `);

    const { id: ofBoth } = await givenUp('scoring', ProductChanged);
    expect(await givenUp('alerting', ProductChanged)).toMatchObject({ id: ofBoth });
    const ofNobody = randomUUID();
    await expect(deadLetters('replay', ofBoth, ofNobody)).rejects.toMatchObject({
      stdout: expect.stringMatching(/scoring: 1 handed over again[^]*alerting: 1 handed over again/),
      stderr: expect.stringContaining(`never there: ${ofNobody} `),
    });
  }, 120_000);
});
