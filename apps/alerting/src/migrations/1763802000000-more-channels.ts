import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Slack and e-mail, what chats send, notices, and a log of deliveries. */
export class MoreChannels1763802000000 implements MigrationInterface {
  name = 'MoreChannels1763802000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CHANNELS);
    await runner.query(DELIVERIES);
    await runner.query(SLACK);
    await runner.query(CHATS);
    await runner.query(NOTICES);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const CHANNELS = `
alter table channel drop constraint channel_type_check;
alter table channel add constraint channel_type_check
  check (type in ('inbox', 'webhook', 'telegram', 'slack', 'email'));
-- Where else it leads: an e-mail address, a conversation in Slack.
alter table channel add place text;
-- Why it is failing, for its account to read.
alter table channel add paused_reason text;

-- One-time codes by their SHA-256. Without row-level security: a code comes from a chat, so its tenant is not known
-- before the look-up.
create table link_code (
  channel_id uuid primary key,
  account_id uuid not null,
  code_sha256 bytea not null,
  expires_at timestamptz not null,
  wrong_guesses int not null default 0
);
create index link_code_hash on link_code using hash (code_sha256);

-- Mail as a whole has a pace.
insert into pace (paced_id, free_at) values ('00000000-0000-0000-0000-000000000001', 'epoch');`;

const DELIVERIES = `
alter table delivery_queue drop constraint delivery_queue_lane_check;
alter table delivery_queue add constraint delivery_queue_lane_check
  check (lane in ('webhook', 'telegram', 'slack', 'email'));
-- The last attempts: when, their outcome, and what was said.
alter table delivery add log jsonb not null default '[]';
-- Sent again by hand.
alter table delivery add resent_at timestamptz;
create index delivery_of_channel on delivery (channel_id, created_at desc, id desc);`;

const SLACK = `
-- A workspace that has the app; its token, AES-256-GCM. Tells nothing of any account.
create table slack_workspace (
  team_id text primary key,
  team_name text not null,
  bot_user_id text,
  token bytea not null,
  installed_at timestamptz not null
);

-- A conversation belongs to one channel, so that its pace is the channel's. Looked up before the tenant is known.
create table slack_conversation (
  team_id text not null,
  conversation_id text not null,
  channel_id uuid not null unique,
  account_id uuid not null,
  primary key (team_id, conversation_id)
);

-- Which message tells of which alert: for reactions and buttons. Looked up before the tenant is known.
create table slack_message (
  team_id text not null,
  conversation_id text not null,
  ts text not null,
  alert_id uuid not null,
  channel_id uuid not null,
  account_id uuid not null,
  sent_at timestamptz not null,
  primary key (team_id, conversation_id, ts)
);
create index slack_message_age on slack_message (sent_at);`;

const CHATS = `
-- What chat platforms sent, for all tenants: stored before it is answered for, worked on afterwards, and kept without
-- its body as long as a platform may repeat it.
create table chat_update (
  id bigint generated always as identity primary key,
  platform text not null,
  kind text not null,
  -- The platform's own name of it.
  update_key text not null,
  -- Updates of one conversation are worked on in their order.
  conversation text not null,
  body bytea,
  traceparent text,
  attempts int not null default 0,
  received_at timestamptz not null,
  due_at timestamptz not null,
  done_at timestamptz,
  unique (platform, update_key)
);
create index chat_update_open on chat_update (platform, conversation, id) where done_at is null;
create index chat_update_due on chat_update (due_at) where done_at is null;
create index chat_update_age on chat_update (done_at) where done_at is not null;`;

const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;

const NOTICES = `
create table notice (
  id uuid primary key,
  -- Counted with the alerts'.
  position bigint not null,
  account_id uuid not null,
  kind text not null,
  channel_id uuid,
  text text not null,
  raised_at timestamptz not null
);
create unique index notice_position_of_account on notice (account_id, position);
alter table notice enable row level security;
alter table notice force row level security;
create policy tenants on notice using (${OWN}) with check (${OWN});
revoke update, delete on notice from souk_alerting;`;
