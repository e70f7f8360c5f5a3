import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { progressSince } from '@souk/start';
import { check } from '../check.ts';
import { isGood } from '../checks/finding.ts';
import { untilProgress } from '../drain.ts';
import { removeIfKilled } from '../leftovers.ts';
import { LedgerFile, readLedger } from '../ledger-file.ts';
import { table } from '../report.ts';
import { collect, comeToRest } from '../run.ts';
import type { Settings } from '../settings.ts';
import { makeTenants, makeWatches } from '../setup.ts';
import { startSystem, type System } from '../system.ts';
import { type Component, COMPONENTS } from './components.ts';
import { Crasher } from './crash.ts';
import { type CrashPoint, type InstrumentedCopy, instrumentedCopy } from './instrumented-copy.ts';
import { Stimulant } from './stimulate.ts';

const DROP_PERCENT = 40;
const REST_WITHIN_MS = 90_000;

/** What became of one component. */
interface Row {
  component: Component;
  points: number;
  /** Points at which it did not die. */
  missed: string[];
  seconds: number;
}

/** Every component dies at each of its points in turn, and then the checker looks; true when all is well. */
export async function runCrashPoints(settings: Settings): Promise<boolean> {
  const { say } = progressSince(Date.now(), (text) => process.stdout.write(text));
  const startedAt = Date.now();
  const copy = await instrumentedCopy();
  const forgetCopy = removeIfKilled(copy.root);
  let system: System | undefined;
  let isWell = false;
  try {
    system = await startSystem(() => undefined, { root: copy.root, restartDelayMs: () => 0 });
    isWell = await crashAll(copy, system, settings, say);
    say(`took ${((Date.now() - startedAt) / 1_000).toFixed(0)} s in all`);
    return isWell;
  } finally {
    await system?.stop(!isWell || settings.keep);
    if (system && !isWell) console.log(`data and logs are kept: ${system.dataDir}`);
    rmSync(copy.root, { recursive: true, force: true });
    forgetCopy();
  }
}

async function crashAll(
  copy: InstrumentedCopy,
  system: System,
  settings: Settings,
  say: (line: string) => void,
): Promise<boolean> {
  const tenants = await makeTenants(system);
  const everyone = Object.values(tenants);
  mkdirSync(settings.outDir, { recursive: true });
  const path = join(settings.outDir, `crash-points-${new Date().toISOString().replaceAll(':', '')}`);
  const ledger = await LedgerFile.create(`${path}.ledger.ndjson`);
  try {
    const parts = COMPONENTS.map((component, lane) => {
      const tenant = tenants[lane % 2 === 0 ? 'operator' : 'customer'];
      return {
        component,
        tenant,
        stimulant: new Stimulant(lane, component.service, { tenant, ledger, system }),
      };
    });
    let count = 0;
    for (const { stimulant } of parts) count += await stimulant.firstPrices();
    const { at } = await untilProgress(system, ({ points }) => points >= count, REST_WITHIN_MS);
    if (at === undefined) throw new Error('the first prices were not stored: nothing can be proven');
    const watched = parts.map(({ tenant, stimulant }) => ({
      account: tenant.account,
      watches: [
        { product: stimulant.product, dropPercent: DROP_PERCENT },
        { product: stimulant.productInTelegram, dropPercent: DROP_PERCENT, isTelegramOnly: true as const },
      ],
    }));
    const watches = await makeWatches(watched, tenants);
    say('the crashes begin');
    const rows = await Promise.all(
      parts.map(({ component, stimulant }) => crashComponent(component, stimulant, { copy, system, say })),
    );
    const sent = readLedger(`${path}.ledger.ndjson`);
    await comeToRest(system, { sent, watches }, say);
    const commands = { acknowledged: [], unresolved: [], found: [] };
    const findings = check({
      sent,
      watches,
      shop: { calls: [], limit: 1, windowMs: 1 },
      foreign: { looked: 0, seen: [] },
      poison: [],
      ...(await collect(system, everyone, commands)),
    });
    writeFileSync(`${path}.json`, `${JSON.stringify({ rows, findings }, null, 2)}\n`);
    console.log(textOf(rows, findings));
    console.log(`result: ${path}.json`);
    return rows.every(({ missed }) => missed.length === 0) && findings.every(isGood);
  } finally {
    await ledger.close();
  }
}

const rank = ({ stimulus }: CrashPoint): number =>
  ['prices', 'telegram', 'restart', 'broker-wiped'].indexOf(stimulus);

async function crashComponent(
  component: Component,
  stimulant: Stimulant,
  { copy, system, say }: { copy: InstrumentedCopy; system: System; say: (line: string) => void },
): Promise<Row> {
  const startedAt = Date.now();
  // what disturbs the others too comes last
  const points = copy.pointsOf(component).toSorted((one, other) => rank(one) - rank(other));
  const crasher = new Crasher(copy.root, system, component.service);
  const missed: string[] = [];
  for (const point of points) {
    const diedAt = await crasher.crashAt(point, stimulant);
    if (diedAt === undefined) {
      missed.push(point.title);
      say(`no crash at ${point.title}`);
    } else if (component.service === 'alerting') await handOversEnd(system);
  }
  const seconds = (Date.now() - startedAt) / 1_000;
  say(
    `${component.name}: ${points.length - missed.length} of ${points.length} points in ${seconds.toFixed(0)} s`,
  );
  return { component, points: points.length, missed, seconds };
}

/**
 * A hand-over that was under way is taken up as soon as its instance runs again. Each is decided before the next crash: two crashes of the same one are two unknown outcomes, after which nothing is sent any
 * more.
 */
async function handOversEnd({ sql }: System): Promise<void> {
  for (const end = Date.now() + REST_WITHIN_MS; Date.now() < end; await delay(100)) {
    const [left] = await sql<{ open: number }>(
      `select count(*)::int as open from alerting.delivery where state in ('waiting', 'sending')`,
    ).catch(() => []);
    if (left?.open === 0) return;
  }
  throw new Error('hand-overs were not taken up again');
}

function textOf(rows: readonly Row[], findings: ReturnType<typeof check>): string {
  const crashes = rows.map(({ component, points, missed, seconds }) => [
    component.name,
    component.service,
    String(points),
    missed.length === 0 ? 'all' : `${points - missed.length}`,
    `${seconds.toFixed(0)} s`,
  ]);
  const facts = findings
    .filter(({ of }) => of > 0)
    .map(({ what, of, lost, duplicated, unexpected }) =>
      [what, of, lost, duplicated, unexpected].map(String),
    );
  return [
    '',
    table([['component', 'service', 'points', 'crashed', 'took'], ...crashes]),
    '',
    table([['', 'of', 'lost', 'duplicated', 'unexpected'], ...facts]),
    ...findings.flatMap(({ what, examples }) => examples.map((example) => `${what}, ${example}`)),
    ...rows.flatMap(({ missed }) => missed.map((title) => `no crash: ${title}`)),
    '',
  ].join('\n');
}
