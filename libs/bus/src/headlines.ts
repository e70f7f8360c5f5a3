import type { NatsConnection } from '@nats-io/transport-node';
import { FOLLOWED_EVENTS, headlineOf } from '@souk/contracts';

/** As JSON.stringify writes it, which is how every envelope is written. */
const NAME = '"productId":"';
/** Characters, and bytes, of an id. */
export const ID_LENGTH = 36;

/**
 * The products that an envelope names, found in its text: parsing and checking some thousand prices a second for
 * their ids alone would cost more than all else that is done with them. A quote within a text is escaped there, so
 * that no title can look like an id. Answers the ids one behind the other.
 */
export function productsIn(payload: string): string {
  let ids = '';
  for (let at = payload.indexOf(NAME); at !== -1; at = payload.indexOf(NAME, at + ID_LENGTH)) {
    at += NAME.length;
    if (at + ID_LENGTH <= payload.length) ids += payload.slice(at, at + ID_LENGTH);
  }
  return ids;
}

/** The id at a place of what a headline says: most are of nothing that anybody keeps, and not even a text is made of those. */
export const idAt = (ids: Buffer, at: number): string => ids.toString('latin1', at, at + ID_LENGTH);

/** Says which products an event names, where some process follows events of its type. */
export function tellHeadline(nats: NatsConnection, subject: string, payload: string): void {
  if (!FOLLOWED_EVENTS.has(subject.slice(0, subject.lastIndexOf('.')))) return;
  const ids = productsIn(payload);
  if (ids.length > 0) nats.publish(headlineOf(subject), ids);
}
