import type { Msg, NatsConnection } from '@nats-io/transport-node';

const random = (): string => Math.random().toString(36).slice(2);
const PULL_EXPIRES_NS = 30e9;

/** Pulls with two requests outstanding, so that the next messages are on their way while these are handled. */
export function pull(
  nats: NatsConnection,
  stream: string,
  consumer: string,
  batch: number,
  take: (message: Msg) => void,
): void {
  const inbox = `_INBOX.f${random()}`;
  const request = JSON.stringify({ batch, expires: PULL_EXPIRES_NS });
  let credit = 0;
  const ask = (): void => {
    credit += batch;
    nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, request, { reply: inbox });
  };
  nats.subscribe(inbox, {
    callback: (_error, message) => {
      if (message.headers && message.headers.code >= 300) {
        credit = 0;
        return ask();
      }
      credit -= 1;
      if (credit < batch) ask();
      take(message);
    },
  });
  ask();
  ask();
}

/** Publishes and counts the broker's acknowledgements; at most `inFlight` are awaited at a time. */
export class AckedPublisher {
  readonly #nats: NatsConnection;
  readonly #inbox = `_INBOX.p${random()}`;
  readonly #inFlight: number;
  #pending = 0;
  #waiting: { below: number; go: () => void }[] = [];

  constructor(nats: NatsConnection, inFlight: number) {
    this.#nats = nats;
    this.#inFlight = inFlight;
    nats.subscribe(this.#inbox, {
      callback: () => {
        this.#pending -= 1;
        if (this.#waiting.length === 0) return;
        const ready = this.#waiting.filter(({ below }) => this.#pending < below);
        this.#waiting = this.#waiting.filter(({ below }) => this.#pending >= below);
        for (const { go } of ready) go();
      },
    });
  }

  publish(subject: string, text: string): void {
    this.#pending += 1;
    this.#nats.publish(subject, text, { reply: this.#inbox });
  }

  /** Undefined when there is room, so that the fast way costs no promise. */
  room(): Promise<void> | undefined {
    return this.#pending < this.#inFlight ? undefined : this.#below(this.#inFlight);
  }

  async drained(): Promise<void> {
    if (this.#pending > 0) await this.#below(1);
  }

  #below(below: number): Promise<void> {
    return new Promise((go) => this.#waiting.push({ below, go }));
  }
}
