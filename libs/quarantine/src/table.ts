/**
 * The statements that create `quarantined`, with the policy that shows a row to its account only. A migration runs
 * them, so what they create never changes; a later change is a migration of its own in each service.
 * @param known whether ids and time are known of every row, because only what passed the form is judged
 */
export const quarantineTable = ({ known }: { known: boolean }): string => {
  const always = known ? ' not null' : '';
  return `
create table quarantined (
  id uuid primary key,
  account_id uuid not null,
  source text not null,
  product text not null,
  product_id uuid${always},
  offer_id uuid${always},
  observed_at text${always},
  reason text not null,
  field text,
  detail text not null,
  trace_id text not null,
  quarantined_at timestamptz not null
);
create index on quarantined (account_id, quarantined_at desc, id desc);
alter table quarantined enable row level security;
alter table quarantined force row level security;
create policy private on quarantined using (${OWN}) with check (${OWN});`;
};

// The sub-select is worked out once per statement; the cast tells the parser that it is one array, not rows.
const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;
