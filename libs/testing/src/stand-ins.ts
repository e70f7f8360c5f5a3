import type { NatsConnection } from '@nats-io/transport-node';
import { type QueryContract, Refusal, type ResponseOf } from '@souk/contracts';
import type { z } from 'zod';

export type StandIn = <Q extends QueryContract>(
  contract: Q,
  answer: (request: z.output<Q['request']>, body: Uint8Array) => ResponseOf<Q> | Promise<ResponseOf<Q>>,
) => void;

/** Stands in for services that are not part of a test. */
export function standInFor(nats: NatsConnection): StandIn {
  // Replaced in its place: between an old subscription and a new one nobody would answer.
  const answers = new Map<string, (request: never, body: Uint8Array) => unknown>();
  return (contract, newAnswer) => {
    const isKnown = answers.has(contract.name);
    answers.set(contract.name, newAnswer);
    if (isKnown) return;
    nats.subscribe(contract.subject, {
      callback: (_error, message) => {
        void (async () => {
          try {
            const text = contract.hasBody ? message.headers!.get('souk-request') : message.string();
            const answer = answers.get(contract.name)!;
            const response = await answer(contract.request.parse(JSON.parse(text)) as never, message.data);
            message.respond(JSON.stringify({ response: contract.response.parse(response) }));
          } catch (error) {
            const refusal = error instanceof Refusal ? error : new Refusal('internal', String(error));
            message.respond(JSON.stringify({ refusal: refusal.toData() }));
          }
        })();
      },
    });
  };
}
