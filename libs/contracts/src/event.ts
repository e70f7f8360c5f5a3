import { z } from 'zod';

/** The seven services. A service owns its events, its stream, its Postgres schema and its queries. */
export const SERVICE_NAMES = [
  'gateway',
  'ingestion',
  'quota',
  'enrichment',
  'scoring',
  'alerting',
  'billing',
] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** A fact that became true. Everything that has to do with the event derives from this one const. */
export interface EventContract<Data extends z.ZodType = z.ZodType> {
  /** CloudEvents type, `<service>.<event>.v<n>`. */
  readonly type: string;
  readonly owner: ServiceName;
  readonly data: Data;
  /** JetStream stream that keeps it: one per owning service. */
  readonly stream: string;
  /** What the event says, in one sentence; shown in docs/events.md. */
  readonly summary: string;
  /** The things whose order must be kept: a message that keeps failing parks later messages with one of them. */
  readonly orderKeys: (data: z.infer<Data>, accountId: string) => string[];
}

export type DataOf<E extends EventContract> = z.infer<E['data']>;

/**
 * Declares an event. A breaking change is a new const with the next version beside the old one;
 * optional additions stay in the version.
 */
export function event<Data extends z.ZodType>(
  type: `${ServiceName}.${string}.v${number}`,
  options: { summary: string; data: Data; orderKeys?: (data: z.infer<Data>, accountId: string) => string[] },
): EventContract<Data> {
  const owner = type.slice(0, type.indexOf('.')) as ServiceName;
  return {
    type,
    owner,
    data: options.data,
    stream: streamOf(owner),
    summary: options.summary,
    orderKeys: options.orderKeys ?? (() => []),
  };
}

/** Stream of a service's events, e.g. `SCORING`. */
export const streamOf = (service: ServiceName): string => service.toUpperCase();

/** Subject of one partition of an event, e.g. `scoring.deals-scored.v1.3`. */
export const subjectOf = (contract: Pick<EventContract, 'type'>, partition: number): string =>
  `${contract.type}.${partition}`;

/** Where the publisher of an event says ahead of it which products it names: their ids, one behind the other. */
export const headlineOf = (subject: string): string => `headline.${subject}`;

/** Durable consumer of one partition: `scoring-offers-accepted-v1-3` reads ENRICHMENT for scoring. */
export const durableOf = (
  subscriber: ServiceName,
  contract: Pick<EventContract, 'type'>,
  partition: number,
): string => `${consumerOf(subscriber, contract)}-${partition}`;

/** Name of a subscription over all its partitions; also the inbox's consumer name. */
export const consumerOf = (subscriber: ServiceName, contract: Pick<EventContract, 'type'>): string =>
  `${subscriber}-${contract.type.slice(contract.type.indexOf('.') + 1).replaceAll('.', '-')}`;
