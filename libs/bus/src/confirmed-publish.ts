import { createInbox, headers, type NatsConnection } from '@nats-io/transport-node';

const CONFIRMATION_TIMEOUT_MS = 5_000;
/** By it the stream recognises an event that it has: the id of the event. */
export const MESSAGE_ID = 'Nats-Msg-Id';
/** Place of a message in the stream, as a confirmation says it. */
const SEQUENCE = /"seq": ?(\d+)/;

/** Where the stream keeps a message, and whether it had it already. */
export interface Confirmation {
  sequence: number;
  isDuplicate: boolean;
}

/** A message for a stream; the stream recognises an id that it has seen lately. */
export interface Outbound {
  id: string;
  subject: string;
  payload: string;
}

/**
 * Publishes messages to JetStream, all at once, and waits for the confirmation of each. Answers which failed, by
 * their place, and why; `confirmed` hears of each that did not. (The client's own publish
 * costs ten times as much per message: it makes a promise and an error for each.)
 */
export function publishConfirmed(
  nats: NatsConnection,
  inboxPrefix: string,
  messages: readonly Outbound[],
  confirmed: (confirmation: Confirmation) => void,
): Promise<Map<number, string>> {
  const failures = new Map<number, string>();
  if (messages.length === 0) return Promise.resolve(failures);
  return new Promise((resolve) => {
    const inbox = createInbox(inboxPrefix);
    const answered = new Uint8Array(messages.length);
    let missing = messages.length;
    const finish = (): void => {
      clearTimeout(timer);
      subscription.unsubscribe();
      resolve(failures);
    };
    const timer = setTimeout(() => {
      for (const [place, flag] of answered.entries()) if (!flag) failures.set(place, 'not confirmed in time');
      finish();
    }, CONFIRMATION_TIMEOUT_MS);
    const subscription = nats.subscribe(`${inbox}.*`, {
      callback: (error, message) => {
        const place = Number(message.subject.slice(inbox.length + 1));
        if (error) failures.set(place, error.message);
        else if (message.headers?.code === 503) failures.set(place, 'JetStream does not answer');
        else {
          const answer = message.string();
          if (answer.includes('"error"')) failures.set(place, answer);
          else {
            const sequence = Number(SEQUENCE.exec(answer)?.[1] ?? 0);
            confirmed({ sequence, isDuplicate: answer.includes('"duplicate"') });
          }
        }
        if (answered[place]) return;
        answered[place] = 1;
        missing--;
        if (missing === 0) finish();
      },
    });
    for (const [place, { id, subject, payload }] of messages.entries()) {
      const head = headers();
      head.set(MESSAGE_ID, id);
      nats.publish(subject, payload, { headers: head, reply: `${inbox}.${place}` });
    }
  });
}
