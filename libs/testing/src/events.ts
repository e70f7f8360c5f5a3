import { headers, type NatsConnection } from '@nats-io/transport-node';
import { tellHeadline } from '@souk/bus';
import {
  type DataOf,
  type EventContract,
  newId,
  partitionOf,
  SERVICE_NAMES,
  subjectOf,
} from '@souk/contracts';

/** A test is about what is told, not when: a starved broker confirms late. */
const CONFIRMED_WITHIN_MS = 45_000;

/** An event as it went over the broker. */
export interface Seen<E extends EventContract> {
  id: string;
  accountId: string;
  subject: string;
  traceparent: string | undefined;
  /** The message that led to it. */
  causationId: string | undefined;
  data: DataOf<E>;
}

export interface Publisher {
  /** Publishes as the event's owner would, through its stream. */
  publish<E extends EventContract>(
    contract: E,
    data: DataOf<E>,
    options: { accountId: string; key: string; id?: string; traceparent?: string; time?: string },
  ): Promise<string>;
  /** Raw bytes on an event's subject. */
  publishRaw(contract: EventContract, payload: string, partition?: number): Promise<void>;
}

/** As a user who may write to every subject; what is published is confirmed by its stream. */
export function publisherOf(nats: NatsConnection, partitions: number): Publisher {
  const send = async (subject: string, payload: string, id?: string): Promise<void> => {
    const head = headers();
    if (id) head.set('Nats-Msg-Id', id);
    const reply = await nats.request(subject, payload, { headers: head, timeout: CONFIRMED_WITHIN_MS });
    if (reply.string().includes('"error"')) throw new Error(reply.string());
  };
  return {
    publish: async (contract, data, { accountId, key, id = newId(), traceparent, time }) => {
      const payload = JSON.stringify({
        specversion: '1.0',
        id,
        source: `souk/${contract.owner}`,
        type: contract.type,
        time: time ?? new Date().toISOString(),
        account: accountId,
        correlationid: id,
        ...(traceparent && { traceparent }),
        data: contract.data.parse(data),
      });
      const subject = subjectOf(contract, partitionOf(key, partitions));
      tellHeadline(nats, subject, payload);
      await send(subject, payload, id);
      return id;
    },
    publishRaw: (contract, payload, partition = 0) => send(subjectOf(contract, partition), payload),
  };
}

/** Everything published from now on, once each, in order of arrival. */
export function eventsSeenBy(nats: NatsConnection): <E extends EventContract>(contract: E) => Seen<E>[] {
  const byType = new Map<string, Seen<EventContract>[]>();
  const ids = new Set<string>();
  for (const service of SERVICE_NAMES) {
    nats.subscribe(`${service}.>`, {
      callback: (_error, message) => {
        try {
          const { id, account, traceparent, causationid, type, data } = message.json<{
            id: string;
            account: string;
            traceparent?: string;
            causationid?: string;
            type: string;
            data: unknown;
          }>();
          if (ids.has(id)) return; // published again after a crash, under its old id
          ids.add(id);
          const list = byType.get(type) ?? [];
          byType.set(type, list);
          list.push({
            id,
            accountId: account,
            subject: message.subject,
            traceparent,
            causationId: causationid,
            data,
          });
        } catch {
          // a test may publish what is no event
        }
      },
    });
  }
  return <E extends EventContract>(contract: E) => byType.get(contract.type) ?? [];
}
