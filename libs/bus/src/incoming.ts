import type { SpanContext } from '@opentelemetry/api';
import { type DataOf, Envelope, type EventContract } from '@souk/contracts';
import { readTraceparent } from './tracing.ts';

/** An event as a handler sees it. */
export interface Message<E extends EventContract = EventContract> {
  id: string;
  /** The tenant whose fact this is. */
  accountId: string;
  data: DataOf<E>;
  time: Date;
  /** 32 hex digits; all zeros when the sender had none. */
  traceId: string;
  correlationId: string;
  /** Parent of the handling's span. */
  parent: SpanContext | undefined;
  /** What must stay in order, see EventContract.orderKeys; found only when somebody asks. */
  readonly keys: string[];
  /** The envelope as it came; what is parked or given up keeps it. */
  payload: string;
}

/** The message can never be handled: it is no envelope, or its data breaks the contract. */
export class MalformedMessage extends Error {
  constructor(
    reason: string,
    readonly traceId: string | null,
  ) {
    super(reason);
    this.name = 'MalformedMessage';
  }
}

const NO_TRACE = '0'.repeat(32);
const EnvelopeWithoutData = Envelope.omit({ data: true });

/** Reads an envelope and checks its data against the contract; throws MalformedMessage naming the first fields. */
export function readMessage<E extends EventContract>(contract: E, payload: string): Message<E> {
  let raw: unknown;
  try {
    raw = JSON.parse(payload);
  } catch (error) {
    throw new MalformedMessage(`no JSON: ${(error as Error).message}`, null);
  }
  const envelope = EnvelopeWithoutData.safeParse(raw);
  if (!envelope.success) throw new MalformedMessage(`envelope: ${problemsOf(envelope.error.issues)}`, null);
  const { id, account, time, type, correlationid, traceparent } = envelope.data;
  const parent = readTraceparent(traceparent);
  if (type !== contract.type)
    throw new MalformedMessage(`type ${type} on the subject of ${contract.type}`, parent?.traceId ?? null);
  const data = contract.data.safeParse((raw as { data?: unknown }).data);
  if (!data.success)
    throw new MalformedMessage(`data: ${problemsOf(data.error.issues)}`, parent?.traceId ?? null);
  return {
    id,
    accountId: account,
    data: data.data as DataOf<E>,
    time: new Date(time),
    traceId: parent?.traceId ?? NO_TRACE,
    correlationId: correlationid,
    parent,
    get keys() {
      return contract.orderKeys(data.data, account);
    },
    payload,
  };
}

const problemsOf = (issues: { path: PropertyKey[]; message: string }[]): string =>
  issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    .join('; ');
