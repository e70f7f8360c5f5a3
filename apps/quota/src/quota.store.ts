import type { UpstreamBudget } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { type Breaker, CLOSED, type State } from './breaker.ts';
import type { Pace } from './pace.ts';

/** An upstream as all replicas see it, read at one moment of the database's clock, which they share. */
export interface Upstream extends UpstreamBudget {
  /** The operator's budget, not one that a source brought along. */
  isSetting: boolean;
  /** Of the upstream as a whole. */
  breaker: Breaker;
  operations: ReadonlyMap<string, Breaker>;
  pace: Pace;
  nowMs: number;
}

interface BreakerRow {
  operation: string;
  state: State;
  failures: number;
  openings: number;
  openUntilMs: number;
  probeUntilMs: number;
}

interface Row extends UpstreamBudget {
  isSetting: boolean;
  paceFactor: number;
  pacedAt: Date;
  breakers: BreakerRow[];
  now: Date;
}

const SELECT = `
  select upstream, rate_per_second as "ratePerSecond", burst, windows, guard_ms as "guardMs",
    daily_budget as "dailyBudget", is_setting as "isSetting", pace_factor as "paceFactor", paced_at as "pacedAt", clock_timestamp() as now,
    coalesce((
      select jsonb_agg(jsonb_build_object('operation', operation, 'state', state, 'failures', failures,
        'openings', openings, 'openUntilMs', extract(epoch from open_until) * 1000,
        'probeUntilMs', extract(epoch from probe_until) * 1000))
      from breaker b where b.upstream = u.upstream), '[]') as breakers
  from upstream u`;

const UPSERT = `
  insert into upstream as known (upstream, rate_per_second, burst, windows, guard_ms, daily_budget, is_setting)
  select *, $7::boolean from unnest($1::text[], $2::float8[], $3::int[], $4::jsonb[], $5::float8[], $6::int[])
  on conflict (upstream) do update set rate_per_second = excluded.rate_per_second, burst = excluded.burst,
    windows = excluded.windows, guard_ms = excluded.guard_ms, daily_budget = excluded.daily_budget,
    is_setting = excluded.is_setting`;

/** Budgets of the settings replace those of the same names; what they named before and do no more is a default. */
export async function saveSettings(tx: Tx, budgets: readonly UpstreamBudget[]): Promise<void> {
  await tx.query(UPSERT, [...columnsOf(budgets), true]);
  await tx.query('update upstream set is_setting = false where is_setting and not upstream = any ($1)', [
    budgets.map(({ upstream }) => upstream),
  ]);
}

/** Budgets that sources bring along replace earlier ones of the kind, and never one of the settings. */
export async function saveDefaults(tx: Tx, budgets: readonly UpstreamBudget[]): Promise<void> {
  await tx.query(
    `${UPSERT} where not known.is_setting and
       (known.rate_per_second, known.burst, known.windows, known.guard_ms, known.daily_budget) is distinct from
       (excluded.rate_per_second, excluded.burst, excluded.windows, excluded.guard_ms, excluded.daily_budget)`,
    [...columnsOf(budgets), false],
  );
}

/** By name, so that two who save at once wait for each other instead of both for ever. */
function columnsOf(budgets: readonly UpstreamBudget[]): unknown[] {
  const ordered = budgets.toSorted((a, b) => (a.upstream < b.upstream ? -1 : 1));
  return [
    ordered.map((budget) => budget.upstream),
    ordered.map((budget) => budget.ratePerSecond),
    ordered.map((budget) => budget.burst),
    ordered.map((budget) => JSON.stringify(budget.windows)),
    ordered.map((budget) => budget.guardMs),
    ordered.map((budget) => budget.dailyBudget),
  ];
}

export async function findUpstream(tx: Tx, upstream: string): Promise<Upstream | undefined> {
  const [row] = await tx.query<Row>(`${SELECT} where upstream = $1`, [upstream]);
  return row && upstreamOf(row);
}

/** The same, locked until the transaction ends: whoever changes its breakers, pace or daily use holds this. */
export async function lockUpstream(tx: Tx, upstream: string): Promise<Upstream | undefined> {
  await tx.query('select 1 from upstream where upstream = $1 for no key update', [upstream]);
  return findUpstream(tx, upstream);
}

export async function listUpstreams(tx: Tx): Promise<Upstream[]> {
  return (await tx.query<Row>(`${SELECT} order by upstream`)).map(upstreamOf);
}

/** The operation '' is the upstream as a whole. */
export async function saveBreaker(
  tx: Tx,
  upstream: string,
  operation: string,
  breaker: Breaker,
): Promise<void> {
  await tx.query(
    `insert into breaker (upstream, operation, state, failures, openings, open_until, probe_until)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (upstream, operation) do update set state = excluded.state, failures = excluded.failures,
       openings = excluded.openings, open_until = excluded.open_until, probe_until = excluded.probe_until`,
    [
      upstream,
      operation,
      breaker.state,
      breaker.failures,
      breaker.openings,
      new Date(breaker.openUntilMs),
      new Date(breaker.probeUntilMs),
    ],
  );
}

export async function savePace(tx: Tx, upstream: string, pace: Pace): Promise<void> {
  await tx.query('update upstream set pace_factor = $2, paced_at = $3 where upstream = $1', [
    upstream,
    pace.factor,
    new Date(pace.sinceMs),
  ]);
}

function upstreamOf({ breakers, paceFactor, pacedAt, now, ...budget }: Row): Upstream {
  const byOperation = new Map(breakers.map(({ operation, ...breaker }) => [operation, breaker]));
  const breaker = byOperation.get('') ?? CLOSED;
  byOperation.delete('');
  return {
    ...budget,
    breaker,
    operations: byOperation,
    pace: { factor: paceFactor, sinceMs: pacedAt.getTime() },
    nowMs: now.getTime(),
  };
}
