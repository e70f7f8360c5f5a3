import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import {
  DealsScored,
  type EventContract,
  inboxPrefixOf,
  newId,
  ObservationsCollected,
  OffersAccepted,
  partitionOf,
  subjectOf,
  UsageRecorded,
} from '@souk/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Poison } from './evidence.ts';
import type { PoisonSubject } from './plan.ts';
import type { System } from './system.ts';

const PARTITIONS = 4;
const PUBLISH_WITHIN_MS = 45_000;
const ATTEMPT_MS = 3_000;

/** One way for each subject in which a message can be impossible to handle. */
const POISONS: Record<PoisonSubject, { contract: EventContract; payload: (mark: string) => string }> = {
  // no JSON at all
  collected: { contract: ObservationsCollected, payload: (mark) => `{"half a message ${mark}` },
  // data that break the contract
  offers: { contract: OffersAccepted, payload: (mark) => envelope(OffersAccepted, { mark }) },
  // an event of another type
  deals: { contract: DealsScored, payload: (mark) => envelope(OffersAccepted, { mark }) },
  // well formed, and it fails in the handler: nobody can pay for it
  usage: { contract: UsageRecorded, payload: (mark) => envelope(UsageRecorded, usageOfNobody(mark)) },
};

const NOBODY = '0198c0de-dead-7000-8000-00000000dead';

function envelope({ type, owner }: EventContract, data: unknown): string {
  const id = newId();
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: owner,
    type,
    time: new Date().toISOString(),
    account: NOBODY,
    correlationid: id,
    data,
  });
}

function usageOfNobody(mark: string): unknown {
  const now = new Date().toISOString();
  return {
    usageId: newId(),
    accountId: NOBODY,
    keyId: newId(),
    operation: 'getProduct',
    count: 1,
    credits: 1,
    subjects: [mark],
    from: now,
    to: now,
  };
}

/**
 * Publishes one message as the service that owns the subject would. Repeated until the broker acknowledges it, always
 * with the same message id, so that it is there once.
 */
export async function publishPoison(subject: PoisonSubject, number: number, system: System): Promise<Poison> {
  const { contract, payload } = POISONS[subject];
  const mark = `poison-${subject}-${number}-${newId()}`;
  const text = payload(mark);
  const to = subjectOf(contract, partitionOf(newId(), PARTITIONS));
  for (const end = Date.now() + PUBLISH_WITHIN_MS; ; await delay(200)) {
    try {
      await publishOnce(to, text, mark, contract, system);
      return { mark, subject, publishedAt: Date.now() };
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

async function publishOnce(
  to: string,
  text: string,
  mark: string,
  { owner }: EventContract,
  { natsServer, secrets }: System,
): Promise<void> {
  const nats = await connect({
    servers: natsServer,
    user: owner,
    pass: secrets.nats[owner],
    inboxPrefix: inboxPrefixOf(owner),
    timeout: ATTEMPT_MS,
    reconnect: false,
  });
  try {
    await jetstream(nats, { timeout: ATTEMPT_MS }).publish(to, text, { msgID: mark, timeout: ATTEMPT_MS });
  } finally {
    await nats.close();
  }
}
