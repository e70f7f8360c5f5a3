import type { EventContract } from '@souk/contracts';
import type { JsMsg } from '@nats-io/jetstream';
import { v5 as uuidV5 } from 'uuid';
import { MESSAGE_ID } from './confirmed-publish.ts';
import type { GivenUp } from './dead-letters.ts';
import type { MalformedMessage } from './incoming.ts';

const NAMESPACE = '5a9d6a3c-9f44-5c8e-9f3d-0b6e6f1f7a03';
const PAYLOAD_KEPT = 1_000_000;

/** The dead letter of what is no event: it has no keys that anything could wait behind, and one attempt was enough. */
export const letterOfMalformed = (
  msg: JsMsg,
  error: MalformedMessage,
  reader: { consumer: string; contract: EventContract; partition: number },
): GivenUp => ({
  consumer: reader.consumer,
  partition: reader.partition,
  messageId: idOf(msg),
  eventType: reader.contract.type,
  accountId: null,
  traceId: error.traceId,
  reason: `malformed: ${error.message}`,
  attempts: 1,
  payload: msg.string().slice(0, PAYLOAD_KEPT),
  keys: [],
});

/**
 * The same for the same message whenever it is delivered, also out of a stream that was filled again; another one
 * for another message that got the same place in a new stream.
 */
function idOf(msg: JsMsg): string {
  const name = msg.headers?.get(MESSAGE_ID) || msg.seq;
  return uuidV5(`${msg.info.stream} ${name} ${msg.string()}`, NAMESPACE);
}
