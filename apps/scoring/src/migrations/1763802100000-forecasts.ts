import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;
const OWN_OR_SHARED = `account_id = any ((select case when current_setting('souk.tenants', true) <> ''
  then current_setting('souk.tenants', true)::uuid[] || '${OPERATOR_ACCOUNT_ID}'::uuid end)::uuid[])`;

/** Models of forecasts with their training, one for each account; the operator's serves those who have none. */
export class Forecasts1763802100000 implements MigrationInterface {
  name = 'Forecasts1763802100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create table forecast_model (
  account_id uuid primary key,
  model jsonb,
  trained_at timestamptz,
  requested_at timestamptz,
  started_at timestamptz,
  told_at timestamptz,
  progress real not null default 0 check (progress between 0 and 1),
  problem text
);
alter table forecast_model enable row level security;
alter table forecast_model force row level security;
create policy readable on forecast_model for select using (${OWN_OR_SHARED});
create policy inserted on forecast_model for insert with check (${OWN});
create policy updated on forecast_model for update using (${OWN}) with check (${OWN});
create policy deleted on forecast_model for delete using (${OWN});`);
    await runner.query(ACCOUNTS_TO_LEARN_FOR);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** It sees all accounts, and tells nothing but their ids: training itself is done as the account. The operator is always one. */
const ACCOUNTS_TO_LEARN_FOR = `
create function accounts_to_learn_for(offers_at_least int, accounts_at_most int)
returns table (account_id uuid)
language sql stable security definer set search_path from current as $$
  select '${OPERATOR_ACCOUNT_ID}'::uuid
  union
  (select o.account_id from offer o group by o.account_id having count(*) >= offers_at_least
   order by count(*) desc limit accounts_at_most)
$$;
revoke execute on function accounts_to_learn_for(int, int) from public;
grant execute on function accounts_to_learn_for(int, int) to souk_scoring;`;
