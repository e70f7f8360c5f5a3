import {
  type CollectedObservation,
  MAX_OBSERVATIONS_PER_MESSAGE,
  partitionOf,
  productIdOf,
} from '@souk/contracts';
import { LRUCache } from 'lru-cache';

/** One line that could be read, and how long its text was. */
export interface ReadLine {
  source: string;
  observation: CollectedObservation;
  characters: number;
}

/** What goes into one message: prices of one source and one partition, in the order they came. */
export interface ObservationGroup {
  source: string;
  /** Id of the first product: it names the partition, which is the same for all. */
  key: string;
  observations: CollectedObservation[];
}

/** A broker takes messages of 1 MB; a character is at most three bytes, and the envelope needs room too. */
const MAX_CHARACTERS_PER_MESSAGE = 150_000;

/** Hashing a product's id costs as much as reading the line, and a feed names the same products again and again. */
const productIds = new LRUCache<string, string>({ max: 20_000 });

/** Splits lines into messages so that prices of the same product stay in their order. */
export function groupObservations(
  accountId: string,
  lines: readonly ReadLine[],
  partitions: number,
): ObservationGroup[] {
  const groups: ObservationGroup[] = [];
  const open = new Map<string, { group: ObservationGroup; characters: number }>();
  for (const { source, observation, characters } of lines) {
    const productId = knownProductId(accountId, source, observation.product);
    const place = `${source}\n${partitionOf(productId, partitions)}`;
    let current = open.get(place);
    const isFull =
      current !== undefined &&
      (current.group.observations.length >= MAX_OBSERVATIONS_PER_MESSAGE ||
        current.characters + characters > MAX_CHARACTERS_PER_MESSAGE);
    if (current === undefined || isFull) {
      current = { group: { source, key: productId, observations: [] }, characters: 0 };
      open.set(place, current);
      groups.push(current.group);
    }
    current.group.observations.push(observation);
    current.characters += characters;
  }
  return groups;
}

function knownProductId(accountId: string, source: string, product: string): string {
  const name = `${accountId}\n${source}\n${product}`;
  let id = productIds.get(name);
  if (id === undefined) {
    id = productIdOf(accountId, source, product);
    productIds.set(name, id);
  }
  return id;
}
