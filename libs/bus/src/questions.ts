import type { Msg, MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { answerSubject, newId, type ServiceName } from '@souk/contracts';

const NO_RESPONDERS = 503;

/** Nobody answered; `why` completes a sentence that begins with who was asked. */
export class Unanswered extends Error {
  constructor(readonly why: string) {
    super(`it ${why}`);
    this.name = 'Unanswered';
  }
}

export interface Question {
  subject: string;
  body: Uint8Array | string;
  headers: MsgHdrs;
  timeoutMs: number;
  /** The connection is lost: an answer cannot come any more. */
  signal?: AbortSignal | undefined;
}

interface Waiting {
  answered: (message: Msg) => void;
  unanswered: (why: string) => void;
}

/**
 * Questions under way of one connection. Answers come on subjects that only who was asked may write to and only the
 * asker reads. (The server can also let whoever receives a request answer it, wherever that goes; but then it remembers
 * the reply subject of every message, those of streams included, and with some thousand of them each message costs a
 * look through all.)
 */
export class Questions {
  private readonly waiting = new Map<string, Waiting>();
  private readonly id = newId();
  private asked = 0;

  /** @param asker the NATS user of the connection */
  constructor(
    private readonly nats: NatsConnection,
    private readonly asker: string,
  ) {
    nats.subscribe(answerSubject('*', asker, `${this.id}.*`), {
      callback: (_error, message) => {
        const waiting = this.waiting.get(message.subject);
        if (message.headers?.code === NO_RESPONDERS) waiting?.unanswered('is not running');
        else waiting?.answered(message);
      },
    });
  }

  /** @throws Unanswered */
  ask(answerer: ServiceName, { subject, body, headers, timeoutMs, signal }: Question): Promise<Msg> {
    this.asked += 1;
    const reply = answerSubject(answerer, this.asker, `${this.id}.${this.asked}`);
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', lost);
        this.waiting.delete(reply);
      };
      const unanswered = (why: string): void => {
        end();
        reject(new Unanswered(why));
      };
      const lost = (): void => unanswered('cannot be reached');
      const timer = setTimeout(unanswered, timeoutMs, 'did not answer in time');
      const answered = (message: Msg): void => {
        end();
        resolve(message);
      };
      this.waiting.set(reply, { answered, unanswered });
      signal?.addEventListener('abort', lost, { once: true });
      try {
        this.nats.publish(subject, body, { headers, reply });
      } catch {
        lost();
      }
    });
  }
}
