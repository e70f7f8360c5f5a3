import { statfsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { addresseeOf } from './chats.ts';
import { acceptedOf } from './check.ts';
import {
  collectAccounts,
  collectAlerts,
  collectBehind,
  collectCommands,
  collectDeadLetters,
  collectPoints,
} from './collect.ts';
import { collectForeign } from './collect-foreign.ts';
import { Canary } from './canary.ts';
import { untilProgress } from './drain.ts';
import type { Evidence } from './evidence.ts';
import { conclude, type Known } from './conclude.ts';
import { carryOut } from './faults.ts';
import { LedgerFile, readLedger } from './ledger-file.ts';
import { MachineTime } from './machine-time.ts';
import { Load } from './load.ts';
import { expectedOf } from './model.ts';
import { type Fault, planOf } from './plan.ts';
import { postUntilAcknowledged } from './post.ts';
import type { Result } from './report.ts';
import { makeTenants, makeWatches, type Tenant } from './setup.ts';
import type { Settings } from './settings.ts';
import { ShopVisits } from './shop-visits.ts';
import type { System } from './system.ts';
import { LaneWorkload } from './workload.ts';

const LANES = 6;
/** The load goes on for a moment after the last part came back. */
const AFTER_LAST_FAULT_MS = 3_000;
/** It is for the checks to say what took too long: these limits only end a run in which something is lost. */
const WAIT_FOR_DRAIN_MS = 300_000;
/** A hand-over whose process died is taken up again after its lease of 60 s; a third attempt comes after 5 min. */
const WAIT_FOR_MESSAGES_MS = 600_000;
const PROGRESS_EVERY_MS = 60_000;
const WAIT_FOR_CHARGES_MS = 180_000;
const FIRST_PRICES_WITHIN_MS = 60_000;

/** A run that is not planned from its seed. */
export interface Arranged {
  /** Faults after the first prices, before the load begins. */
  before: readonly Fault[];
  plan: readonly Fault[];
  /** Nothing more is waited for when nothing has moved for so long. */
  patienceMs: number;
}

/** Load, faults, rest, evidence, findings: one run from its first price to its verdict. */
export async function prove(
  settings: Settings,
  system: System,
  ledgerPath: string,
  say: (line: string) => void,
  arranged?: Arranged,
): Promise<Result> {
  const { seed, rate, faults: kinds } = settings;
  const lanes = Array.from({ length: LANES }, (_, lane) => new LaneWorkload(seed, lane, kinds));
  const canary = new Canary(LANES);
  const tenants = await makeTenants(system);
  const everyone = Object.values(tenants);
  const ledger = await LedgerFile.create(ledgerPath);
  let visits: ShopVisits | undefined;
  let progress: NodeJS.Timeout | undefined;
  const machine = new MachineTime();
  try {
    await postFirstPrices({ lanes, canary }, tenants, ledger, system);
    const watches = await makeWatches([...lanes, canary], tenants);
    const early = await carryOut(arranged?.before ?? [], system, Date.now(), say);
    say(`${watches.length} watches; load of ${rate} observations/s in ${LANES} lanes begins`);
    const startedAt = Date.now();
    visits = await ShopVisits.begin(system, seed);
    const load = new Load({ lanes, canary, tenants, ledger, rate, seed, system });
    progress = tellProgress(load, system, { startedAt, machine }, say);
    const durationMs = settings.minutes * 60_000;
    const [late] = await Promise.all([
      carryOut(arranged?.plan ?? planOf(seed, durationMs, kinds), system, startedAt, say),
      delay(durationMs),
    ]);
    const outcomes = [...early, ...late];
    await delay(AFTER_LAST_FAULT_MS);
    say('the load ends; what is unresolved is repeated until it is answered');
    const commands = await load.end();
    const shop = await visits.end();
    const loadEndedAt = Date.now();
    const sent = readLedger(ledgerPath);
    const rest = await comeToRest(system, { sent, watches }, say, arranged?.patienceMs);
    const evidence: Evidence = {
      sent,
      watches,
      shop,
      foreign: await collectForeign(everyone, watches),
      poison: outcomes.flatMap(({ poison }) => poison ?? []),
      ...(await collect(system, everyone, commands)),
    };
    const { rounds } = canary;
    return conclude(settings, {
      startedAt,
      loadEndedAt,
      outcomes,
      evidence,
      rest,
      rounds,
      tenants: everyone,
      machine,
    });
  } finally {
    machine.stop();
    clearInterval(progress);
    await visits?.end();
    await ledger.close();
  }
}

/** A line a minute: what was posted, how it was answered, what it costs this machine. */
function tellProgress(
  load: Load,
  { dataDir, chats }: System,
  { startedAt, machine }: Pick<Known, 'startedAt' | 'machine'>,
  say: (line: string) => void,
): NodeJS.Timeout {
  return setInterval(() => {
    const { bavail, bsize } = statfsSync(dataDir);
    const minutes = ((Date.now() - startedAt) / 60_000).toFixed(0);
    const taken = (machine.shareTaken(Date.now() - PROGRESS_EVERY_MS, Date.now()) * 100).toFixed(0);
    const ownMiB = (process.memoryUsage().rss / 2 ** 20).toFixed(0);
    const freeGiB = ((bavail * bsize) / 2 ** 30).toFixed(1);
    say(
      `minute ${minutes}: ${load.posted} observations, ${chats.attempts.length} messages; ${ownMiB} MiB of memory here, ${freeGiB} GiB of disk left; the host took ${taken} % of the processors`,
    );
  }, PROGRESS_EVERY_MS);
}

async function postFirstPrices(
  { lanes, canary }: { lanes: readonly LaneWorkload[]; canary: Canary },
  tenants: Record<'operator' | 'customer', Tenant>,
  ledger: LedgerFile,
  system: System,
): Promise<void> {
  const giveUpAt = Date.now() + FIRST_PRICES_WITHIN_MS;
  let count = await canary.begin(tenants.operator, ledger, () => giveUpAt);
  for (const workload of lanes) {
    const { lane, account } = workload;
    const lines = workload.first();
    count += lines.length;
    await postUntilAcknowledged({ lane, batch: 0, lines }, tenants[account], ledger, () => giveUpAt);
  }
  const { at } = await untilProgress(system, ({ points }) => points >= count, FIRST_PRICES_WITHIN_MS);
  if (at === undefined) throw new Error('the first prices were not stored: nothing can be proven');
}

/** Waits until all that was accepted is stored, raised, handed over and charged, or until it never will be. */
export async function comeToRest(
  system: System,
  evidence: Pick<Evidence, 'sent' | 'watches'>,
  say: (line: string) => void,
  patienceMs?: number,
): Promise<Known['rest']> {
  const expected = expectedOf(acceptedOf(evidence), evidence.watches);
  const certain = (items: Iterable<{ isOptional: boolean }>): number =>
    [...items].filter(({ isOptional }) => !isOptional).length;
  const [points, alerts] = [certain(expected.points.values()), certain(expected.alerts.values())];
  const drained = await untilProgress(
    system,
    (now) => now.points >= points && now.alerts >= alerts && now.unpublished === 0,
    WAIT_FOR_DRAIN_MS,
    patienceMs,
  );
  say(`${points} points and ${alerts} alerts expected; now ${JSON.stringify(drained.last)}`);
  const handedOver = await untilProgress(
    system,
    ({ open, parked }) => open === 0 && parked === 0,
    WAIT_FOR_MESSAGES_MS,
    patienceMs,
  );
  const charged = await untilProgress(
    system,
    ({ delivered, charged: paid, unpublished }) => paid >= delivered && unpublished === 0,
    WAIT_FOR_CHARGES_MS,
    patienceMs,
  );
  say(`at rest: ${JSON.stringify(charged.last)}`);
  return { drainedAt: drained.at, messagesAt: handedOver.at };
}

/** All that the system itself and the chats tell. */
export async function collect(
  system: System,
  tenants: readonly Tenant[],
  commands: Evidence['commands'],
): Promise<Omit<Evidence, 'sent' | 'watches' | 'poison' | 'shop' | 'foreign'>> {
  const points = await collectPoints(tenants);
  const alerts = await collectAlerts(tenants);
  const found = await collectCommands(tenants);
  const { attempts } = system.chats;
  const behind = await collectBehind(system);
  return {
    points,
    alerts,
    attempts,
    commands: { ...commands, found },
    deadLetters: await collectDeadLetters(system),
    accounts: await collectAccounts(
      tenants,
      ({ account }) => attempts.filter((one) => addresseeOf(one) === account).length,
    ),
    ...behind,
  };
}
