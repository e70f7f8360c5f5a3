import { rmSync } from 'node:fs';
import { isGood } from '../checks/finding.ts';
import { type Result, table } from '../report.ts';
import type { Arranged } from '../run.ts';
import { session } from '../session.ts';
import type { Settings } from '../settings.ts';
import { copyOfBuild } from './build-copy.ts';
import { PLANTS } from './bugs/index.ts';
import { type Plant, plantInto } from './plant.ts';

/** Posts that were under way when the broker died may hang for the first ten seconds. */
const LOAD_SECONDS = 18;

/**
 * The same for every plant and for the product as it is: every bug shows in it. What the broker forgets is brought
 * again, so it forgets before the load: later losses are final. Nothing in this plan takes longer to go on than the
 * patience.
 */
export const CONTROL_PLAN: Arranged = {
  before: [{ kind: 'amnesia', atMs: 0, target: 'NATS', how: 'wiped' }],
  plan: [
    { kind: 'slow', atMs: 0, forMs: LOAD_SECONDS * 1_000 },
    { kind: 'interrupt', atMs: 13_000, target: 'scoring' },
  ],
  patienceMs: 8_000,
};

/** What came of one control: caught when the expected row is red, or the unplanted product green. */
interface Outcome {
  plant: Plant | undefined;
  caught: boolean;
  seen: string;
  seconds: number;
}

/** @throws naming the plants that there are */
export function plantsNamed(names: readonly string[]): Plant[] {
  return names.map((name) => {
    const plant = PLANTS.find((one) => one.name === name);
    if (!plant)
      throw new Error(`there is no plant ${name}; there are ${PLANTS.map((one) => one.name).join(', ')}`);
    return plant;
  });
}

/** Runs the plan against the product as it is and against each plant; true when all came out as they must. */
export async function runControls(settings: Settings, plants: readonly Plant[]): Promise<boolean> {
  const outcomes: Outcome[] = [];
  for (const plant of [undefined, ...plants]) {
    console.log(`\ncontrol: ${plant ? `${plant.name} (${plant.breaks})` : 'the product as it is'}`);
    outcomes.push(await control(settings, plant));
  }
  console.log(`\n${textOf(outcomes)}`);
  return outcomes.every(({ caught }) => caught);
}

async function control(settings: Settings, plant: Plant | undefined): Promise<Outcome> {
  const startedAt = Date.now();
  const root = await copyOfBuild();
  try {
    if (plant) plantInto(root, plant);
    const result = await session(
      { ...settings, minutes: LOAD_SECONDS / 60, faults: ['duplicate', 'shuffle'] },
      `${plant?.name ?? 'unplanted'}-seed-${settings.seed}`,
      { root, arranged: CONTROL_PLAN, isRedExpected: plant !== undefined },
    );
    const seconds = (Date.now() - startedAt) / 1_000;
    return { plant, caught: isCaught(result, plant), seen: seenBy(result, plant), seconds };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** A run whose faults did not take effect proves nothing, whatever its rows say. */
function isCaught(result: Result, plant: Plant | undefined): boolean {
  if (!plant) return result.verdict === 'green';
  const hadEffect = result.faults.every(({ tookEffect }) => tookEffect);
  return hadEffect && result.findings.some((finding) => finding.what === plant.row && !isGood(finding));
}

function seenBy({ verdict, findings }: Result, plant: Plant | undefined): string {
  const finding = findings.find(({ what }) => what === plant?.row);
  if (!finding) return verdict;
  const { of, lost, duplicated, unexpected } = finding;
  return `${lost} lost, ${duplicated} duplicated, ${unexpected} unexpected of ${of}`;
}

function textOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ plant, caught, seen, seconds }) => [
    plant?.name ?? '(none)',
    plant?.row ?? 'every row',
    seen,
    caught ? (plant ? 'caught' : 'green') : 'NOT AS IT MUST BE',
    `${seconds.toFixed(0)} s`,
  ]);
  return table([['plant', 'row', 'seen', 'outcome', 'took'], ...rows]);
}
