import type { SpanContext } from '@opentelemetry/api';
import { type DataOf, type EventContract, newId, partitionOf, subjectOf } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { traceparentOf } from './tracing.ts';

/** The broker takes messages of 1 MB with their headers; one that it refuses would hold up all behind it. */
const PAYLOAD_BYTES_AT_MOST = 900_000;
/** A character has at most so many bytes. */
const BYTES_OF_CHARACTER = 3;

/** Parts the payloads of one statement; JSON text never holds it unescaped. */
const RECORD_SEPARATOR = '\u001e';

/** An event on its way into the outbox. */
export interface Outgoing {
  partition: number;
  id: string;
  subject: string;
  payload: string;
}

/** Who caused an event: the message that led to it, or nothing when a command or a poll did. */
export interface Cause {
  accountId: string;
  correlationId?: string;
  causationId?: string;
  span: SpanContext | undefined;
}

/**
 * Writes the CloudEvents envelope of a fact. Its data is checked by those who read it.
 * @throws RangeError when it is larger than the broker takes
 */
export function envelopeOf<E extends EventContract>(
  contract: E,
  data: DataOf<E>,
  options: { cause: Cause; key: string; partitions: number; now: Date },
): Outgoing {
  const id = newId();
  const partition = partitionOf(options.key, options.partitions);
  const { cause } = options;
  const payload = JSON.stringify({
    specversion: '1.0',
    id,
    source: `souk/${contract.owner}`,
    type: contract.type,
    time: options.now.toISOString(),
    account: cause.accountId,
    ...(cause.span && { traceparent: traceparentOf(cause.span) }),
    correlationid: cause.correlationId ?? id,
    ...(cause.causationId && { causationid: cause.causationId }),
    data,
  });
  if (payload.length * BYTES_OF_CHARACTER > PAYLOAD_BYTES_AT_MOST) refuseTooLarge(contract, payload);
  return { partition, id, subject: subjectOf(contract, partition), payload };
}

function refuseTooLarge({ type }: EventContract, payload: string): void {
  const bytes = Buffer.byteLength(payload);
  if (bytes > PAYLOAD_BYTES_AT_MOST)
    throw new RangeError(
      `an event ${type} has ${bytes} bytes, more than ${PAYLOAD_BYTES_AT_MOST}: tell it in parts`,
    );
}

/** Puts events into the outbox of the open transaction, last of all: it leaves together with the commit. */
export function appendToOutbox(tx: Tx, events: readonly Outgoing[]): void {
  if (events.length === 0) return;
  void tx.query('select bus_append($1, $2, $3, $4)', [
    events.map((event) => event.partition),
    events.map((event) => event.id),
    events.map((event) => event.subject),
    events.map((event) => event.payload).join(RECORD_SEPARATOR),
  ]);
}
