import * as contracts from './index.ts';
import { EVENTS, QUERIES, RELATIONS } from './catalog.ts';
import { consumerOf, durableOf, SERVICE_NAMES, streamOf, subjectOf } from './event.ts';

const events = [...EVENTS.values()];
const queries = [...QUERIES.values()];

it('every event and query that is exported is registered, and under its own name', () => {
  const exported = Object.values(contracts as Record<string, unknown>).filter(
    (value): value is { summary: string } =>
      typeof value === 'object' && value !== null && 'summary' in value,
  );
  expect(new Set(exported)).toEqual(new Set([...events, ...queries]));
  expect(exported).toHaveLength(events.length + queries.length);
});

it.each(events.map((event) => [event.type, event] as const))(
  '%s begins with its owner and says what it is',
  (type, event) => {
    expect(type).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*\.v[1-9]\d*$/);
    expect(SERVICE_NAMES).toContain(event.owner);
    expect(type.startsWith(`${event.owner}.`)).toBe(true);
    expect(event.stream).toBe(streamOf(event.owner));
    expect(event.summary).toMatch(/^[A-Z].*[^\s]\.$/);
  },
);

it.each(queries.map((query) => [query.name, query] as const))(
  '%s has its owner, subject and a deadline',
  (name, query) => {
    expect(name).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*$/);
    expect(SERVICE_NAMES).toContain(query.owner);
    expect(query.subject).toBe(`query.${name}`);
    expect(query.deadlineMs).toBeGreaterThan(0);
    expect(query.deadlineMs).toBeLessThanOrEqual(30_000);
    expect(query.summary).toMatch(/^[A-Z].*[^\s]\.$/);
  },
);

describe('relations', () => {
  it.each(SERVICE_NAMES)(
    '%s reads registered contracts, each once; its own events are at most heard, by its other replicas',
    (service) => {
      // A conversation does what the public API does, and by the same door.
      const mayAskItself = service === 'alerting';
      const { subscribes, listens, follows, asks } = RELATIONS[service];
      for (const event of [...subscribes, ...listens, ...follows]) {
        expect(EVENTS.get(event.type)).toBe(event);
      }
      for (const event of subscribes) expect(event.owner).not.toBe(service);
      for (const query of asks) {
        expect(QUERIES.get(query.name)).toBe(query);
        if (!mayAskItself) expect(query.owner).not.toBe(service);
      }
      const lists: (readonly unknown[])[] = [subscribes, listens, follows, asks];
      for (const list of lists) expect(new Set(list).size).toBe(list.length);
    },
  );

  it('every query has somebody who asks it', () => {
    const asked = new Set(SERVICE_NAMES.flatMap((service) => RELATIONS[service].asks));
    expect(queries.filter((query) => !asked.has(query)).map(({ name }) => name)).toEqual([]);
  });
});

it('durable consumers of all subscriptions and partitions have different names without dots', () => {
  const names = SERVICE_NAMES.flatMap((service) =>
    RELATIONS[service].subscribes.flatMap((event) =>
      Array.from({ length: 12 }, (_, partition) => `${event.stream} ${durableOf(service, event, partition)}`),
    ),
  );
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).not.toMatch(/[.*>]/);
  const [event] = RELATIONS.scoring.subscribes;
  expect(consumerOf('scoring', event!)).toBe('scoring-offers-accepted-v1');
  expect(subjectOf(event!, 3)).toBe('enrichment.offers-accepted.v1.3');
});
