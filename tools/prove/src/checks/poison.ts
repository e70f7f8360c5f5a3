import type { CanaryRound } from '../canary.ts';
import type { Evidence } from '../evidence.ts';
import type { Fault } from '../plan.ts';
import { type Finding, Tally } from './finding.ts';
import { inSeconds } from './recovery.ts';

const GIVEN_UP_WITHIN_MS = 60_000;
const BEHIND_WITHIN_MS = 30_000;

/** What is known of poison and of what might have held it up. */
export interface PoisonedRun extends Pick<Evidence, 'poison' | 'deadLetters'> {
  faults: readonly { fault: Fault; backAt?: number; backAfterMs?: number }[];
  rounds: readonly CanaryRound[];
  /** When the canaries fell silent. */
  endedAt: number;
  /** Milliseconds of the machine's own time from one moment to another, see MachineTime. */
  ownMs: (fromMs: number, toMs: number) => number;
}

export interface Timed {
  name: string;
  /** By the clock on the wall. */
  wallMs: number;
  /** Of the machine's own time, without that in which a fault kept the parts concerned away. */
  ms: number;
}

/**
 * How long poison took from the stream to the dead letters. What is not counted: the time in which a fault had killed,
 * stopped or cut off the service that must give it up, its database, or its broker.
 */
export function timesToGiveUp({ poison, deadLetters, faults, ownMs }: PoisonedRun): Timed[] {
  return poison.flatMap(({ mark, subject, publishedAt }) => {
    const letter = deadLetters.find(({ payload }) => payload.includes(mark));
    if (!letter) return []; // lost, as another row says
    const { service, failedAt } = letter;
    const away = awayTimes(faults, (fault) => concerns(fault, service));
    return [{ name: `poison for ${subject}`, ...timed([publishedAt, failedAt], away, ownMs) }];
  });
}

/** How long the first canary behind poison took to be through, where canaries pass; faults anywhere are not counted. */
export function timesBehindPoison({ poison, rounds, faults, endedAt, ownMs }: PoisonedRun): Timed[] {
  return poison.flatMap(({ subject, publishedAt }) => {
    if (subject === 'usage' || publishedAt > endedAt - BEHIND_WITHIN_MS) return [];
    const round = rounds.find(({ postedAt }) => postedAt >= publishedAt);
    if (!round) return [{ name: `behind poison for ${subject}`, wallMs: Infinity, ms: Infinity }];
    const away = awayTimes(faults, () => true);
    const times = timed([round.postedAt, round.seenAt], away, ownMs);
    return [{ name: `behind poison for ${subject}`, ...times }];
  });
}

/** Poison is given up in time, and holds up nothing. */
export function checkPoison(run: PoisonedRun): Finding[] {
  const row = (what: string, times: Timed[], withinMs: number): Finding => {
    const tally = new Tally(what, times.length);
    for (const { name, ms, wallMs } of times)
      if (ms > withinMs) tally.unexpected(`${name}: ${inSeconds(ms)} of ${inSeconds(wallMs)}`);
    return tally.finding;
  };
  return [
    row('poison given up within 60 s', timesToGiveUp(run), GIVEN_UP_WITHIN_MS),
    row('prices behind poison within 30 s', timesBehindPoison(run), BEHIND_WITHIN_MS),
  ].filter(({ of }) => of > 0);
}

interface Span {
  from: number;
  to: number;
}

function awayTimes(faults: PoisonedRun['faults'], isMeant: (fault: Fault) => boolean): Span[] {
  return faults.flatMap(({ fault, backAt, backAfterMs }) => {
    if (backAt === undefined || backAfterMs === undefined || !isMeant(fault)) return [];
    // of a stop and of a full disk `backAfterMs` counts from their end
    const heldMs = fault.kind === 'stop' || fault.kind === 'full' ? fault.forMs : 0;
    return [{ from: backAt - backAfterMs - heldMs, to: backAt }];
  });
}

/** Whether the service cannot work meanwhile; a slow connection is no excuse. */
function concerns(fault: Fault, service: string): boolean {
  switch (fault.kind) {
    case 'restart':
    case 'full':
      return true;
    case 'link':
      return fault.service === service && fault.how !== 'slow' && ['PostgreSQL', 'NATS'].includes(fault.end);
    case 'kill':
    case 'stop':
    case 'term':
    case 'interrupt':
    case 'amnesia':
      return [service, 'PostgreSQL', 'NATS'].includes(fault.target);
    default:
      return false;
  }
}

/** From one moment to another, overlapping absences taken off once. */
function timed(
  [from, to]: readonly [number, number],
  away: readonly Span[],
  ownMs: PoisonedRun['ownMs'],
): Pick<Timed, 'wallMs' | 'ms'> {
  let ms = 0;
  let countedTo = from;
  const countTo = (until: number): void => {
    if (until > countedTo) ms += ownMs(countedTo, until);
  };
  for (const span of away.toSorted((one, other) => one.from - other.from)) {
    countTo(Math.min(span.from, to));
    countedTo = Math.max(countedTo, Math.min(span.to, to));
  }
  countTo(to);
  return { wallMs: to - from, ms };
}
