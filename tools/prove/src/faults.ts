import { setTimeout as delay } from 'node:timers/promises';
import { keepCopyOfStore, SET_BACK_BY_MS } from './broker-store.ts';
import { inflict, type Outcome } from './inflict.ts';
import type { Fault } from './plan.ts';
import type { System } from './system.ts';

/** What the plan leaves for a restart of everything. */
const RESTART_PLANNED_MS = 15_000;
/** What the plan leaves after a full disk. */
const FULL_BACK_PLANNED_MS = 19_000;

/** Carries out the plan, each fault at its time, and resolves when everything answers again. */
export async function carryOut(
  plan: readonly Fault[],
  system: System,
  startedAt: number,
  say: (line: string) => void,
): Promise<Outcome[]> {
  let undisturbed: Promise<unknown> = Promise.resolve();
  let movedBackMs = 0;
  /**
   * Nothing else happens while the whole product is down, its chats misbehave or a disk is full; when that takes longer
   * than planned, all that follows moves back, and nothing falls on top of each other afterwards.
   */
  const due = async ({ atMs }: Fault, earlierMs = 0): Promise<void> => {
    for (;;) {
      await undisturbed;
      const inMs = startedAt + atMs + movedBackMs - earlierMs - Date.now();
      if (inMs <= 0) return;
      await delay(inMs);
    }
  };
  const alone = async (inflicted: Promise<Outcome>, plannedMs: number): Promise<void> => {
    const begunAt = Date.now();
    await inflicted.catch(() => undefined);
    movedBackMs += Math.max(0, Date.now() - begunAt - plannedMs);
  };
  const one = async (fault: Fault, number: number): Promise<Outcome> => {
    if (fault.kind === 'amnesia') {
      await due(fault, SET_BACK_BY_MS);
      keepCopyOfStore(system);
    }
    await due(fault);
    say(`fault: ${nameOf(fault)}`);
    try {
      const inflicted = inflict(fault, number, system);
      if (fault.kind === 'restart') undisturbed = alone(inflicted, RESTART_PLANNED_MS);
      if (fault.kind === 'chat') undisturbed = alone(inflicted, fault.forMs);
      if (fault.kind === 'full') undisturbed = alone(inflicted, fault.forMs + FULL_BACK_PLANNED_MS);
      return await inflicted;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return { fault, tookEffect: false, problem };
    }
  };
  return Promise.all(plan.map(one));
}

const secondsOf = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

export function nameOf(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill -9 ${fault.target}`;
    case 'stop':
      return `SIGSTOP ${fault.target} for ${secondsOf(fault.forMs)}`;
    case 'term':
      return `SIGTERM ${fault.target}`;
    case 'restart':
      return 'SIGTERM everything';
    case 'amnesia':
      return `NATS killed, its store ${fault.how}`;
    case 'interrupt':
      return `kill -9 ${fault.target} within a transaction`;
    case 'slow':
      return `slow commits for ${secondsOf(fault.forMs)}`;
    case 'link':
      return `${fault.service} to ${fault.end}: ${fault.how}`;
    case 'full':
      return `disk of ${fault.store} full for ${secondsOf(fault.forMs)}`;
    case 'chat':
      return `chats misbehave for ${secondsOf(fault.forMs)}`;
    case 'poison':
      return `poison for ${fault.subject}`;
  }
}
