import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import {
  BrokerConflict,
  replayStream,
  resumeConsumer,
  setUpStream,
  type StreamPlan,
} from './broker-setup.ts';

const LOOK_EVERY_MS = 2_000;
const FIRST_TIME_WITHIN_MS = 60_000;
const REQUEST_TIMEOUT_MS = 5_000;
const RETRY_MS = 200;
const QUEUE = 'provisioner';

export interface ProvisionerOptions {
  /** Servers with user and password, parted by commas. */
  url: string;
  /** Where answers to the provisioner's own requests come. */
  inboxPrefix: string;
  plan: readonly StreamPlan[];
  /** Subject of services' requests; its last part is the service. */
  requestSubject: string;
  say: (line: string) => void;
}

export interface Provisioner {
  stop(): Promise<void>;
}

/**
 * Makes streams and consumers, and makes them again whenever they are gone: after every connect, and every other
 * second. Answers services that ask for their own consumers to be made anew. Resolves when everything is there.
 * @throws BrokerConflict when what is there contradicts the plan; an error when the broker cannot be used in time
 */
export async function startProvisioner(options: ProvisionerOptions): Promise<Provisioner> {
  const nats = await connectAs(options);
  const manager = await jetstreamManager(nats, { checkAPI: false, timeout: REQUEST_TIMEOUT_MS });
  let oneAtATime = sequence();
  const look = (): Promise<void> => oneAtATime(() => setUp(manager, options));
  try {
    await untilDone(look);
  } catch (error) {
    await nats.close();
    throw error;
  }
  nats.subscribe(options.requestSubject, {
    queue: QUEUE,
    callback: (_error, message) => void oneAtATime(() => answer(manager, options.plan, message)),
  });
  await nats.flush(); // who starts after this is heard
  const problems = new Set<string>();
  const lookAgain = async (): Promise<void> => {
    try {
      await look();
      problems.clear();
    } catch (error) {
      const problem = messageOf(error);
      if (!nats.isClosed() && !problems.has(problem)) options.say(`broker: ${problem}`);
      problems.add(problem);
    }
  };
  void onReconnect(nats, () => {
    // What still waits for an answer of the broker that is gone holds nothing up.
    oneAtATime = sequence();
    void lookAgain();
  });
  const timer = setInterval(() => void lookAgain(), LOOK_EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await nats.close();
    },
  };
}

async function setUp(manager: JetStreamManager, { plan, say }: ProvisionerOptions): Promise<void> {
  for (const stream of plan) {
    for (const line of await setUpStream(manager, stream)) say(line);
  }
}

/** Does what a service asks for its own things, and says so, or why not. */
async function answer(manager: JetStreamManager, plan: readonly StreamPlan[], message: Msg): Promise<void> {
  const service = message.subject.slice(message.subject.lastIndexOf('.') + 1);
  try {
    const request = message.json<{ resume?: unknown; replay?: unknown }>();
    if (request.replay === true) await replayStream(manager, ownStream(plan, service));
    else if (Array.isArray(request.resume)) {
      for (const durable of request.resume.map(String)) {
        const { stream, consumer } = ownConsumer(plan, service, durable);
        await resumeConsumer(manager, stream, consumer);
      }
    } else throw new Error('neither resume nor replay');
    message.respond('{}');
  } catch (error) {
    message.respond(JSON.stringify({ problem: messageOf(error) }));
  }
}

function ownStream(plan: readonly StreamPlan[], service: string): StreamPlan {
  const found = plan.find(({ owner }) => owner === service);
  if (!found) throw new Error(`${service} has no stream`);
  return found;
}

function ownConsumer(
  plan: readonly StreamPlan[],
  service: string,
  durable: string,
): { stream: string; consumer: StreamPlan['consumers'][number] } {
  for (const { name, consumers } of plan) {
    const consumer = consumers.find((one) => one.durable === durable && one.reader === service);
    if (consumer) return { stream: name, consumer };
  }
  throw new Error(`${service} has no consumer ${durable}`);
}

/** One piece of work after the other. */
function sequence(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

async function untilDone(work: () => Promise<void>): Promise<void> {
  for (const end = Date.now() + FIRST_TIME_WITHIN_MS; ; await delay(RETRY_MS)) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof BrokerConflict || Date.now() > end) throw error;
    }
  }
}

async function onReconnect(nats: NatsConnection, work: () => void): Promise<void> {
  for await (const { type } of nats.status()) if (type === 'reconnect') work();
}

/** Waits for a server that is not up yet, and comes back for ever. */
function connectAs({ url, inboxPrefix }: ProvisionerOptions): Promise<NatsConnection> {
  const servers = url.split(',').map((part) => new URL(part.includes('://') ? part : `nats://${part}`));
  const { username, password } = servers[0]!;
  return connect({
    servers: servers.map(({ host }) => host),
    ...(username && { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
    name: 'provisioner',
    inboxPrefix,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 50,
    pingInterval: 10_000,
    maxPingOut: 2,
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
