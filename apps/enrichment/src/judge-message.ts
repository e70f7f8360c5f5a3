import { hash } from 'node:crypto';
import type {
  AcceptedOffer,
  ObservationsCollected,
  ProductFacts,
  QuarantinedObservation,
} from '@souk/contracts';
import type { Message } from '@souk/bus';
import { factsOf, factsProblem } from './facts.ts';
import { formJudge, storable, unreadable } from './judge-form.ts';
import type { ListingMemory } from './listing-memory.ts';

export type CollectedMessage = Message<typeof ObservationsCollected>;

/** A price that may pass, tied to its listing, with the facts that came along. */
export interface AcceptedObservation {
  offer: AcceptedOffer;
  memberPriceMinor: number | undefined;
  facts: ProductFacts;
  /** Tells whether the same facts were told before; empty when there are none. */
  factsDigest: string;
}

export interface JudgedMessage {
  message: CollectedMessage;
  accepted: AcceptedObservation[];
  quarantined: QuarantinedObservation[];
}

/** Judges every observation of a message by its form and ties the good ones to their listings and offers. */
export function judgeMessage(message: CollectedMessage, memory: ListingMemory): JudgedMessage {
  const { accountId, data } = message;
  const judge = formJudge(data);
  const accepted: AcceptedObservation[] = [];
  const quarantined = data.unreadable.map(unreadable);
  for (const observation of data.observations) {
    const { product, seller, condition, observedAt } = observation;
    const ids = memory.idsOf(accountId, data.source, product, seller, condition);
    const told = factsOf(observation);
    const formProblem = judge(observation);
    const problem = formProblem ?? withReason(factsProblem(told));
    if (problem) {
      quarantined.push({ product: storable(product, 200), ...ids, observedAt, ...problem });
      continue;
    }
    accepted.push({
      offer: {
        productId: ids.productId,
        offerId: ids.offerId,
        product,
        priceMinor: observation.priceMinor,
        currency: observation.currency,
        listPriceMinor: observation.listPriceMinor,
        shippingMinor: observation.shippingMinor,
        availability: observation.availability,
        observedAt,
        seller,
        condition,
      },
      memberPriceMinor: observation.memberPriceMinor,
      facts: told.facts,
      factsDigest: told.text === '{}' ? '' : hash('sha1', told.text, 'base64'),
    });
  }
  return { message, accepted, quarantined };
}

const withReason = (problem: { field: string; detail: string } | undefined) =>
  problem && ({ reason: 'malformed', ...problem } as const);
