import { SERVICE_NAMES, type ServiceName } from '@souk/contracts';
import { type Chance, chanceOf } from './chance.ts';
import { type Store, STORES } from './disk.ts';
import type { LinkEnd } from './network.ts';
import { LINK_FAULTS, type LinkFault } from './proxy.ts';
import type { FaultKind } from './settings.ts';

/** As the launcher names them. */
export const SERVERS = ['PostgreSQL', 'NATS', 'Redis'] as const;
export type Target = ServiceName | (typeof SERVERS)[number];

export type Fault =
  | { kind: 'kill'; atMs: number; target: Target }
  /** Stopped for longer than its leases wait, then continued. */
  | { kind: 'stop'; atMs: number; target: ServiceName; forMs: number }
  /** Told to end in an orderly way, and started again. */
  | { kind: 'term'; atMs: number; target: ServiceName }
  /** A connection of a service misbehaves; `delayMs` where it is slow. */
  | {
      kind: 'link';
      atMs: number;
      service: ServiceName;
      end: LinkEnd;
      how: LinkFault;
      forMs: number;
      delayMs: number;
    }
  /** The disk of a store is full for a while. */
  | { kind: 'full'; atMs: number; store: Store; forMs: number }
  /** The chats refuse some messages, stumble, hang, or take them without being heard. */
  | { kind: 'chat'; atMs: number; forMs: number }
  /** The whole product is stopped as by Ctrl-C and started again. */
  | { kind: 'restart'; atMs: number }
  /** The broker's store is wiped, or set back to what it was a while ago; then it starts again. */
  | { kind: 'amnesia'; atMs: number; target: 'NATS'; how: 'wiped' | 'set back' }
  /** Killed while a batch waits within its open transaction: a lock on the inbox holds it there. */
  | { kind: 'interrupt'; atMs: number; target: ServiceName }
  /** One in twenty transactions takes 300 ms between its events and its commit. */
  | { kind: 'slow'; atMs: number; forMs: number }
  /** Events that nobody can handle, published as the service that owns the subject. */
  | { kind: 'poison'; atMs: number; subject: PoisonSubject };

/** Where poison is put, and who must find it. */
export const POISON_SUBJECTS = ['collected', 'offers', 'deals', 'usage'] as const;
export type PoisonSubject = (typeof POISON_SUBJECTS)[number];

const LEAD_MS = 5_000;
/** Faults follow each other sooner than most recoveries take: several parts are down at once now and then. */
const APART_MS = 3_000;
/** A lease is taken over after 5 s of silence. */
const STOP_MS = { least: 6_000, spread: 2_500 };
/** The same part is hit again only after it had time to come back. */
const SAME_TARGET_APART_MS = 20_000;
const STOPS_PER_ROUND = 4;
const LINKS_PER_ROUND = 8;
/** Of these one stands still while the broker forgets. */
const READERS = ['enrichment', 'scoring', 'alerting'] as const;
/** Poison is in no outbox: it must have been handled before the broker forgets it. */
const POISON_TO_AMNESIA_MS = 15_000;
const FULL_FOR_MS = 6_000;
const CHATS_FOR_MS = 15_000;
/** What nothing else may disturb: the time before, in which the longest fault ends, and the time it takes. */
const ALONE: Partial<Record<Fault['kind'], { beforeMs: number; afterMs: number }>> = {
  full: { beforeMs: 5_000, afterMs: FULL_FOR_MS + 19_000 },
  // a message that met one fault (10 s), waited (6 s) and took its turn is not hit by another: two outcomes that
  // nobody knows end it
  chat: { beforeMs: 7_000, afterMs: CHATS_FOR_MS + 25_000 },
  restart: { beforeMs: 6_000, afterMs: 15_000 },
};

/** Every part is hit in turn, round after round, with faults of other kinds in between: all from the seed. */
export function planOf(seed: number, durationMs: number, kinds: readonly FaultKind[]): Fault[] {
  const chance = chanceOf(seed ^ 0x5ca1ab1e);
  const plan: Fault[] = [];
  const lastHit = new Map<Target, number>();
  let lastPoisonMs = -Infinity;
  for (let atMs = LEAD_MS, round = 0; round === 0 || atMs < durationMs; round += 1) {
    const faults = roundOf(chance, kinds, round);
    for (const wanted of faults) {
      const alone = ALONE[wanted.kind];
      if ('target' in wanted)
        atMs = Math.max(atMs, (lastHit.get(wanted.target) ?? -Infinity) + SAME_TARGET_APART_MS);
      if (wanted.kind === 'amnesia' || alone) atMs = Math.max(atMs, lastPoisonMs + POISON_TO_AMNESIA_MS);
      atMs += alone?.beforeMs ?? 0;
      if (round > 0 && atMs + (alone?.afterMs ?? 0) >= durationMs) return plan;
      plan.push({ ...wanted, atMs: Math.round(atMs) });
      if ('target' in wanted) lastHit.set(wanted.target, atMs);
      else if (wanted.kind === 'poison') lastPoisonMs = atMs;
      atMs += alone?.afterMs ?? spacingMs(wanted, chance);
    }
    if (faults.length === 0) break;
  }
  return plan;
}

const spacingMs = ({ kind }: Fault, chance: Chance): number =>
  kind === 'poison' ? APART_MS / 4 : (kind === 'term' ? APART_MS / 2 : APART_MS) * (0.75 + chance.next() / 2);

const atMs = 0;

/** Each part once; a stop comes early or late in the round, never next to the kill of the same part. */
function roundOf(chance: Chance, kinds: readonly FaultKind[], round: number): Fault[] {
  const of = (kind: FaultKind, make: () => Fault[]): Fault[] => (kinds.includes(kind) ? make() : []);
  const kills = of('kill', () => killsOf(chance));
  const half = Math.ceil(kills.length / 2);
  const firstKilled = new Set(kills.slice(0, half).map((fault) => (fault as { target: Target }).target));
  const stops = of('stop', () => stopsOf(chance));
  const early = stops.filter((stop) => !firstKilled.has((stop as { target: ServiceName }).target));
  const late = stops.filter((stop) => !early.includes(stop));
  const poison = of('poison', () =>
    chance.shuffled(POISON_SUBJECTS).map((subject) => ({ kind: 'poison', atMs, subject })),
  );
  const links = of('link', () => linksOf(chance, round));
  const terms = of('term', () =>
    chance.shuffled(SERVICE_NAMES).map((target) => ({ kind: 'term', atMs, target })),
  );
  return [
    ...of('amnesia', () => amnesiaOf(chance, round)),
    ...chance.shuffled([...kills.slice(0, half), ...early, ...poison.slice(0, 2), ...links.slice(0, 4)]),
    ...chance.shuffled([...kills.slice(half), ...late, ...poison.slice(2), ...links.slice(4)]),
    ...of('chat', () => [{ kind: 'chat', atMs, forMs: CHATS_FOR_MS }]),
    ...terms,
    ...of('restart', () => [{ kind: 'restart', atMs }]),
    ...of('full', () => STORES.map((store) => ({ kind: 'full', atMs, store, forMs: FULL_FOR_MS }))),
  ];
}

const killsOf = (chance: Chance): Fault[] =>
  chance.shuffled([...SERVICE_NAMES, ...SERVERS]).map((target) => ({ kind: 'kill', atMs, target }));

const stopsOf = (chance: Chance): Fault[] =>
  chance
    .shuffled(SERVICE_NAMES)
    .slice(0, STOPS_PER_ROUND)
    .map((target) => stopOf(target, chance.below(STOP_MS.spread)));

const stopOf = (target: ServiceName, moreMs: number): Fault => ({
  kind: 'stop',
  atMs,
  target,
  forMs: STOP_MS.least + moreMs,
});

/** What a reader that stands still has not read yet is what the broker forgets. */
const amnesiaOf = (chance: Chance, round: number): Fault[] => [
  stopOf(READERS[chance.below(READERS.length)]!, STOP_MS.spread),
  { kind: 'amnesia', atMs, target: 'NATS', how: round % 2 === 0 ? 'set back' : 'wiped' },
];

/** Every kind of fault twice, at connections to each server and to the chats by turns. */
function linksOf(chance: Chance, round: number): Fault[] {
  const near = (end: LinkEnd): ServiceName => {
    if (end === 'Redis') return 'quota';
    return end === 'webhook' || end === 'Telegram'
      ? 'alerting'
      : SERVICE_NAMES[chance.below(SERVICE_NAMES.length)]!;
  };
  return LINK_ENDS_BY_TURNS.slice(0, LINKS_PER_ROUND).map((end, place) => {
    const how = LINK_FAULTS[(place + 3 * Math.floor(place / 4) + 1 + round) % LINK_FAULTS.length]!;
    // a webhook has a connection of its own for each message: none is idle long enough to be half-open
    const fitting = end === 'webhook' && how === 'half-open' ? 'cut' : how;
    const forMs = { cut: 1_500, 'half-open': 0, slow: 4_000, 'reply lost': 2_500 }[fitting];
    const delayMs = fitting === 'slow' ? 100 + chance.below(200) : 0;
    return {
      kind: 'link',
      atMs,
      service: near(end),
      end,
      how: fitting,
      forMs: forMs + chance.below(1_000),
      delayMs,
    };
  });
}

const LINK_ENDS_BY_TURNS: readonly LinkEnd[] = [
  'PostgreSQL',
  'NATS',
  'Redis',
  'webhook',
  'NATS',
  'PostgreSQL',
  'Telegram',
  'PostgreSQL',
];
