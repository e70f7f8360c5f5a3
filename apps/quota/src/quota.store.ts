import type { Tx } from '@souk/service';
import type { Breaker, State } from './breaker.ts';
import type { UpstreamBudget } from './config.ts';

/** An upstream with its breaker, read at one moment of the database's clock, which all replicas share. */
export interface Upstream extends UpstreamBudget {
  breaker: Breaker;
  usedToday: number;
  nowMs: number;
}

interface Row extends UpstreamBudget {
  state: State;
  failures: number;
  openings: number;
  openUntil: Date;
  probeUntil: Date;
  usedToday: number;
  now: Date;
}

const SELECT = `
  select u.upstream, rate_per_second as "ratePerSecond", burst, daily_budget as "dailyBudget",
    state, failures, openings, open_until as "openUntil", probe_until as "probeUntil",
    coalesce((select used from daily_use d where d.upstream = u.upstream and day = (now() at time zone 'utc')::date), 0)
      as "usedToday",
    clock_timestamp() as now
  from upstream u join breaker b on b.upstream = u.upstream`;

/** Budgets of the settings replace those of the same names. */
export async function registerUpstreams(tx: Tx, budgets: readonly UpstreamBudget[]): Promise<void> {
  await tx.query(
    `insert into upstream (upstream, rate_per_second, burst, daily_budget)
     select * from unnest($1::text[], $2::float8[], $3::int[], $4::int[])
     on conflict (upstream) do update set rate_per_second = excluded.rate_per_second, burst = excluded.burst,
       daily_budget = excluded.daily_budget`,
    [
      budgets.map((budget) => budget.upstream),
      budgets.map((budget) => budget.ratePerSecond),
      budgets.map((budget) => budget.burst),
      budgets.map((budget) => budget.dailyBudget),
    ],
  );
  await tx.query('insert into breaker (upstream) select upstream from upstream on conflict do nothing');
}

export async function findUpstream(tx: Tx, upstream: string): Promise<Upstream | undefined> {
  const [row] = await tx.query<Row>(`${SELECT} where u.upstream = $1`, [upstream]);
  return row && upstreamOf(row);
}

/** The same with its breaker locked until the transaction ends. */
export async function lockUpstream(tx: Tx, upstream: string): Promise<Upstream | undefined> {
  const [row] = await tx.query<Row>(`${SELECT} where u.upstream = $1 for update of b`, [upstream]);
  return row && upstreamOf(row);
}

export async function listUpstreams(tx: Tx): Promise<Upstream[]> {
  return (await tx.query<Row>(`${SELECT} order by u.upstream`)).map(upstreamOf);
}

export async function saveBreaker(tx: Tx, upstream: string, breaker: Breaker): Promise<void> {
  await tx.query(
    `update breaker set state = $2, failures = $3, openings = $4, open_until = $5, probe_until = $6
     where upstream = $1`,
    [
      upstream,
      breaker.state,
      breaker.failures,
      breaker.openings,
      new Date(breaker.openUntilMs),
      new Date(breaker.probeUntilMs),
    ],
  );
}

/** Takes calls from the day's budget, all or none; answers the day they belong to. */
export async function takeDaily(
  tx: Tx,
  { upstream, dailyBudget }: Upstream,
  permits: number,
): Promise<string | undefined> {
  const [row] = await tx.query<{ day: string }>(
    `insert into daily_use as d (upstream, day, used)
     select $1, (now() at time zone 'utc')::date, $2 where $2 <= $3::int
     on conflict (upstream, day) do update set used = d.used + excluded.used where d.used + excluded.used <= $3::int
     returning day::text as day`,
    [upstream, permits, dailyBudget],
  );
  return row?.day;
}

/** Gives back calls that were not made after all. */
export async function giveBackDaily(tx: Tx, upstream: string, day: string, permits: number): Promise<void> {
  await tx.query('update daily_use set used = used - $3 where upstream = $1 and day = $2::date', [
    upstream,
    day,
    permits,
  ]);
}

/** True for the first who finds the day's budget used up. */
export async function tellExhausted(tx: Tx, { upstream, dailyBudget }: Upstream): Promise<boolean> {
  const rows = await tx.query(
    `update daily_use set told_at = now()
     where upstream = $1 and day = (now() at time zone 'utc')::date and used >= $2 and told_at is null returning 1`,
    [upstream, dailyBudget],
  );
  return rows.length === 1;
}

function upstreamOf(row: Row): Upstream {
  const { upstream, ratePerSecond, burst, dailyBudget, usedToday, state, failures, openings } = row;
  return {
    ...{ upstream, ratePerSecond, burst, dailyBudget, usedToday },
    breaker: {
      ...{ state, failures, openings },
      openUntilMs: row.openUntil.getTime(),
      probeUntilMs: row.probeUntil.getTime(),
    },
    nowMs: row.now.getTime(),
  };
}
