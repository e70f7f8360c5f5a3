import { inboxPrefixOf, PROVISIONER, SERVICE_NAMES, streamOf } from '@souk/contracts';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import type { Supervisor } from './supervisor.ts';

/** JetStream answers them from memory, and be it that there is no such stream; one stream may be silent and no other. */
const QUESTIONS = SERVICE_NAMES.map((service) => `$JS.API.STREAM.INFO.${streamOf(service)}`);
const EVERY_MS = 2_000;
const SILENCES_UNTIL_STUCK = 3;

interface Watched {
  url: string;
  /** Of the provisioner, who may ask. */
  password: string;
  supervisor: Pick<Supervisor, 'pidOf' | 'onStop' | 'isStopping'>;
  say: (line: string) => void;
  /** How often it is asked, and how long an answer may take; 2 s unless given. */
  everyMs?: number;
  /** The subjects it is asked on. */
  questions?: readonly string[];
}

/**
 * Starts a broker again that is connected but whose JetStream has fallen silent, wholly or for one stream. nats-server does so after it met a
 * full disk (seen on 2.9.10): it answers nothing any more, also when there is room again, and does not end on SIGTERM.
 * Nothing is lost by a kill: what it has not confirmed is still in the outboxes.
 */
export function watchBroker(watched: Watched): void {
  const { supervisor, say } = watched;
  const ending = new AbortController();
  supervisor.onStop(() => ending.abort());
  watch(watched, ending.signal).catch((error: unknown) => {
    if (!supervisor.isStopping) say(`NATS is not watched any more: ${String(error)}`);
  });
}

async function watch(watched: Watched, signal: AbortSignal): Promise<void> {
  const { supervisor, say, everyMs = EVERY_MS } = watched;
  let silences = 0;
  let asked = 0;
  while (!signal.aborted) {
    await delay(everyMs, undefined, { signal });
    const pid = supervisor.pidOf('NATS');
    const isNew = pid !== asked;
    asked = pid;
    const isSilent = pid !== 0 && !isNew && (await isConnectedButSilent(watched));
    silences = isSilent ? silences + 1 : 0;
    if (silences < SILENCES_UNTIL_STUCK || supervisor.pidOf('NATS') !== pid) continue;
    say('NATS: JetStream does not answer, as after a full disk: the server is killed and started again');
    silences = 0;
    process.kill(pid, 'SIGKILL');
  }
}

/**
 * A server that is away is the supervisor's business. The connection is a new one each time: one that has asked a
 * silent JetStream gets no more answers to anything.
 */
async function isConnectedButSilent({
  url,
  password,
  questions = QUESTIONS,
  everyMs = EVERY_MS,
}: Watched): Promise<boolean> {
  let nats: NatsConnection;
  try {
    nats = await connect({
      servers: new URL(url).host,
      user: PROVISIONER,
      pass: password,
      name: 'launcher',
      inboxPrefix: inboxPrefixOf(PROVISIONER),
      timeout: everyMs,
      reconnect: false,
    });
  } catch {
    return false;
  }
  try {
    await Promise.all(questions.map((question) => nats.request(question, '', { timeout: everyMs })));
    return false;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError';
  } finally {
    void nats.close();
  }
}
