import { RELATIONS } from './catalog.ts';
import { durableOf, SERVICE_NAMES, type ServiceName, streamOf, subjectOf } from './event.ts';

const HOUR_MS = 3_600_000;
const NANOSECONDS_PER_MS = 1_000_000;
const DUPLICATE_WINDOW_MS = 10 * 60_000;
const UNACKNOWLEDGED_AT_MOST = 10_000;
/** The broker's own size limit lies this far above ours: close to its own it drops what it has confirmed. */
const HEADROOM_BYTES = 64 * 1024 ** 2;
/** Share of its size limit at which a stream is relieved of what every subscriber has handled. */
const RELIEVE_AT = 0.5;

/** A message that is neither acknowledged nor said to be in work for this long comes again. */
export const ACK_WAIT_MS = 60_000;

/** How the streams are made; the same for all of them. */
export interface StreamLimits {
  /** Partitions that keep order side by side; fixed once a stream exists. */
  partitions: number;
  /** Size at which a stream takes nothing more; see SOUK_STREAM_MAX_BYTES. */
  maxBytes: number;
  maxAgeHours: number;
  /** Servers of a NATS cluster that keep a copy of each stream. */
  replicas: number;
}

const VARIABLES: Record<keyof StreamLimits, { name: string; usual: number; least: number; most: number }> = {
  partitions: { name: 'SOUK_PARTITIONS', usual: 4, least: 1, most: 256 },
  maxBytes: { name: 'SOUK_STREAM_MAX_BYTES', usual: 1024 ** 3, least: 1_000, most: Number.MAX_SAFE_INTEGER },
  maxAgeHours: { name: 'SOUK_STREAM_MAX_AGE_HOURS', usual: 48, least: 1, most: 24 * 365 },
  replicas: { name: 'SOUK_STREAM_REPLICAS', usual: 1, least: 1, most: 5 },
};

/** The limits that the environment asks for. @throws naming the variable that is wrong */
export function readStreamLimits(env: Record<string, string | undefined>): StreamLimits {
  const entries = Object.entries(VARIABLES).map(([key, { name, usual, least, most }]) => {
    const value = env[name] ? Number(env[name]) : usual;
    if (!Number.isInteger(value) || value < least || value > most)
      throw new Error(`${name} must be a whole number from ${least} to ${most}`);
    return [key, value];
  });
  return Object.fromEntries(entries) as StreamLimits;
}

/** A stream or consumer in JetStream's own terms, times in nanoseconds. */
export type BrokerSettings = Readonly<Record<string, string | number | readonly string[]>>;

export interface PlannedConsumer {
  durable: string;
  reader: ServiceName;
  settings: BrokerSettings;
}

export interface PlannedStream {
  name: string;
  owner: ServiceName;
  settings: BrokerSettings;
  /** Size from which what every reader has handled is dropped: the outbox still has it. */
  relieveAboveBytes: number;
  consumers: readonly PlannedConsumer[];
}

/** Note in a stream that says how many partitions it was made with. */
export const partitionsNote = (partitions: number): string => `partitions=${partitions}`;

/**
 * All streams, one per service, and all durable consumers, one per subscription and partition. Only the
 * provisioner makes them; services read and write through them.
 */
export function brokerPlan(limits: StreamLimits): PlannedStream[] {
  return SERVICE_NAMES.map((owner) => ({
    name: streamOf(owner),
    owner,
    settings: {
      subjects: [`${owner}.>`],
      retention: 'limits',
      storage: 'file',
      // A full stream refuses, and what was refused waits in the outbox; it never drops what nobody has read.
      discard: 'new',
      max_age: limits.maxAgeHours * HOUR_MS * NANOSECONDS_PER_MS,
      max_bytes: limits.maxBytes + HEADROOM_BYTES,
      duplicate_window: Math.min(DUPLICATE_WINDOW_MS, limits.maxAgeHours * HOUR_MS) * NANOSECONDS_PER_MS,
      num_replicas: limits.replicas,
      description: partitionsNote(limits.partitions),
    },
    relieveAboveBytes: limits.maxBytes * RELIEVE_AT,
    consumers: SERVICE_NAMES.flatMap((reader) => consumersOf(reader, streamOf(owner), limits.partitions)),
  }));
}

const consumersOf = (reader: ServiceName, stream: string, partitions: number): PlannedConsumer[] =>
  RELATIONS[reader].subscribes
    .filter((contract) => contract.stream === stream)
    .flatMap((contract) =>
      Array.from({ length: partitions }, (_, partition) => {
        const durable = durableOf(reader, contract, partition);
        return {
          durable,
          reader,
          settings: {
            durable_name: durable,
            filter_subject: subjectOf(contract, partition),
            ack_policy: 'all',
            ack_wait: ACK_WAIT_MS * NANOSECONDS_PER_MS,
            max_ack_pending: UNACKNOWLEDGED_AT_MOST,
          },
        };
      }),
    );

/** What a service may ask the provisioner: one subject each, so that it asks for its own things only. */
export const provisionSubjectOf = (service: ServiceName): string => `provision.${service}`;

/**
 * `resume`: these consumers of mine have messages in dead hands; make them anew from what they have
 * acknowledged. `replay`: my stream has lost messages; all who read it begin anew, at its first message.
 */
export type ProvisionRequest = { resume: string[] } | { replay: true };

/** Empty when it was done. */
export interface ProvisionAnswer {
  problem?: string;
}
