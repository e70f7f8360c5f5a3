import { SERVICE_NAMES, type ServiceName } from '@souk/contracts';
import { chanceOf } from './chance.ts';
import type { FaultKind } from './settings.ts';

/** As the launcher names them. */
export const SERVERS = ['PostgreSQL', 'NATS', 'Redis'] as const;
export type Target = ServiceName | (typeof SERVERS)[number];

export type Fault =
  | { kind: 'kill'; atMs: number; target: Target }
  /** Stopped for longer than its leases wait, then continued. */
  | { kind: 'stop'; atMs: number; target: ServiceName; forMs: number }
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
const APART_MS = 3_500;
/** A lease is taken over after 5 s of silence. */
const STOP_MS = { least: 6_000, spread: 2_500 };
/** The same part is hit again only after it had time to come back. */
const SAME_TARGET_APART_MS = 20_000;
const STOPS_PER_ROUND = 4;
/** Of these one stands still while the broker forgets. */
const READERS = ['enrichment', 'scoring', 'alerting'] as const;
/** Poison is in no outbox: it must have been handled before the broker forgets it. */
const POISON_TO_AMNESIA_MS = 15_000;

/** Every part is killed in turn, round after round, with stops and poison in between: all from the seed. */
export function planOf(seed: number, durationMs: number, kinds: readonly FaultKind[]): Fault[] {
  const chance = chanceOf(seed ^ 0x5ca1ab1e);
  const plan: Fault[] = [];
  const lastHit = new Map<Target, number>();
  let lastPoisonMs = -Infinity;
  for (let atMs = LEAD_MS, round = 0; round === 0 || atMs < durationMs; round += 1) {
    for (const wanted of roundOf(chance, kinds, round)) {
      if ('target' in wanted)
        atMs = Math.max(atMs, (lastHit.get(wanted.target) ?? -Infinity) + SAME_TARGET_APART_MS);
      if (wanted.kind === 'amnesia') atMs = Math.max(atMs, lastPoisonMs + POISON_TO_AMNESIA_MS);
      if (round > 0 && atMs >= durationMs) break;
      plan.push({ ...wanted, atMs: Math.round(atMs) });
      if ('target' in wanted) lastHit.set(wanted.target, atMs);
      else lastPoisonMs = atMs;
      atMs += wanted.kind === 'poison' ? APART_MS / 4 : APART_MS * (0.75 + chance.next() / 2);
    }
    if (!kinds.some((kind) => kind !== 'duplicate' && kind !== 'shuffle')) break;
  }
  return plan;
}

/** Each part once; a stop comes early or late in the round, never next to the kill of the same part. */
function roundOf(chance: ReturnType<typeof chanceOf>, kinds: readonly FaultKind[], round: number): Fault[] {
  const atMs = 0;
  const kills: Fault[] = kinds.includes('kill')
    ? chance.shuffled([...SERVICE_NAMES, ...SERVERS]).map((target) => ({ kind: 'kill', atMs, target }))
    : [];
  const firstKilled = kills.slice(0, kills.length / 2).map((fault) => (fault as { target: Target }).target);
  const stops: Fault[] = kinds.includes('stop')
    ? chance
        .shuffled(SERVICE_NAMES)
        .slice(0, STOPS_PER_ROUND)
        .map((target) => ({
          kind: 'stop',
          atMs,
          target,
          forMs: STOP_MS.least + chance.below(STOP_MS.spread),
        }))
    : [];
  const poison: Fault[] = kinds.includes('poison')
    ? chance.shuffled(POISON_SUBJECTS).map((subject) => ({ kind: 'poison', atMs, subject }))
    : [];
  const early = stops.filter((stop) => !firstKilled.includes((stop as { target: ServiceName }).target));
  const late = stops.filter((stop) => !early.includes(stop));
  const half = Math.ceil(kills.length / 2);
  const amnesia: Fault[] = kinds.includes('amnesia')
    ? [
        // what it has not read yet is what the broker forgets
        {
          kind: 'stop',
          atMs,
          target: READERS[chance.below(READERS.length)]!,
          forMs: STOP_MS.least + STOP_MS.spread,
        },
        { kind: 'amnesia', atMs, target: 'NATS', how: round % 2 === 0 ? 'set back' : 'wiped' },
      ]
    : [];
  return [
    ...amnesia,
    ...chance.shuffled([...kills.slice(0, half), ...early, ...poison.slice(0, 2)]),
    ...chance.shuffled([...kills.slice(half), ...late, ...poison.slice(2)]),
  ];
}
