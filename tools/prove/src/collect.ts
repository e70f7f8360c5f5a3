import { openDesk } from '@souk/dead-letters';
import { SERVICE_NAMES } from '@souk/contracts';
import type { Books, Evidence } from './evidence.ts';
import type { Tenant } from './setup.ts';
import type { System } from './system.ts';
import { SOURCE } from './workload.ts';

const HISTORY_PAGE = 1_000;
const READS_AT_ONCE = 4;
const DEAD_LETTERS_AT_MOST = 5_000;
const SNAPSHOT_ATTEMPTS = 20;
/** How many events follow from a message, and the first of those that say the same of the same message again. */
const EVENTS = `with event as (
  ${SERVICE_NAMES.map((schema) => `select payload::jsonb as event from ${schema}.bus_outbox`).join(' union all ')}
), counted as (
  select event->>'type' || ' caused by ' || (event->>'causationid') as what, count(*)::int as times
  from event where event ? 'causationid' group by what, event->>'data'
)
select coalesce(sum(times), 0)::int as told,
  coalesce((select json_agg(a) from (select * from counted where times > 1 limit 1000) as a), '[]') as again
from counted`;
const ALERT_PATH = '/v1/alerts';

/** Every stored price, product by product, as each account reads its own. */
export async function collectPoints(tenants: readonly Tenant[]): Promise<Evidence['points']> {
  const points: Evidence['points'] = [];
  for (const { api, account } of tenants) {
    const products: { id: string; product: string }[] = [];
    for await (const item of api.list<{ id: string; product: string; shared: boolean }>(
      `/v1/products?source=${SOURCE}`,
    )) {
      if (account === 'operator' || !item.shared) products.push(item);
    }
    const queue = products.values();
    const worker = async (): Promise<void> => {
      for (const { id, product } of queue) points.push(...(await historyOf({ api }, id, product)));
    };
    await Promise.all(Array.from({ length: READS_AT_ONCE }, worker));
  }
  return points;
}

async function historyOf(
  { api }: Pick<Tenant, 'api'>,
  id: string,
  product: string,
): Promise<Evidence['points']> {
  interface Page {
    points: { observedAt: string; price: string }[];
    next: string | null;
  }
  const found: Evidence['points'] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page = await api.get(`/v1/products/${id}/history?limit=${HISTORY_PAGE}${after}`);
    for (const { observedAt, price } of page.points)
      found.push({ product, observedAt, priceMinor: minorOf(price) });
    cursor = page.next;
  }
  return found;
}

const minorOf = (price: string): number => Number(price.replace('.', ''));

export async function collectAlerts(tenants: readonly Tenant[]): Promise<Evidence['alerts']> {
  interface Item {
    id: string;
    watchId: string;
    product: { product: string };
    observedAt: string;
    price: string;
  }
  const alerts: Evidence['alerts'] = [];
  for (const { api } of tenants) {
    for await (const { id, watchId, product, observedAt, price } of api.list<Item>(ALERT_PATH))
      alerts.push({ id, watchId, product: product.product, observedAt, priceMinor: minorOf(price) });
  }
  return alerts;
}

/** Balances and entries of the same moment: read again as long as something moved in between. */
export async function collectAccounts(
  tenants: readonly Tenant[],
  deliveredTo: (tenant: Tenant) => number,
): Promise<Evidence['accounts']> {
  const accounts: Evidence['accounts'] = [];
  for (const tenant of tenants) {
    const { api, account } = tenant;
    for (let attempt = 1; ; attempt += 1) {
      const before = await api.get<Books>('/v1/credits');
      const entries: Books = { available: 0, held: 0, receivable: 0, used: 0 };
      let entryCount = 0;
      for await (const { book, amount } of api.list<{ book: keyof Books; amount: number }>(
        '/v1/credits/entries',
      )) {
        entries[book] += amount;
        entryCount += 1;
      }
      entries.receivable = 0 - entries.receivable;
      const balance = await api.get<Books>('/v1/credits');
      const isStill = (Object.keys(entries) as (keyof Books)[]).every(
        (book) => before[book] === balance[book],
      );
      if (!isStill && attempt < SNAPSHOT_ATTEMPTS) continue;
      const requestsPaid = api.paidReads + deliveredTo(tenant);
      accounts.push({ account, balance, entries, entryCount, requestsPaid });
      break;
    }
  }
  return accounts;
}

export async function collectCommands(tenants: readonly Tenant[]): Promise<string[]> {
  const found: string[] = [];
  for (const { api } of tenants) {
    for await (const { product } of api.list<{ product: { product: string } }>('/v1/watches'))
      if (product.product.startsWith('never-seen-')) found.push(product.product);
  }
  return found;
}

/** As `npm run dead-letters` sees them. */
export async function collectDeadLetters({ natsServer, secrets }: System): Promise<Evidence['deadLetters']> {
  const desk = await openDesk(`nats://${natsServer}`, secrets.nats.operator);
  try {
    const letters: Evidence['deadLetters'] = [];
    for (const service of SERVICE_NAMES) {
      for (const { payload, attempts, failedAt } of await desk.list(service, DEAD_LETTERS_AT_MOST))
        letters.push({ service, payload, attempts, failedAt: Date.parse(failedAt) });
    }
    return letters;
  } finally {
    await desk.close();
  }
}

/** What no API tells: attempts of hand-overs, charges one by one, the ledger's audit. */
export async function collectBehind({
  sql,
}: System): Promise<Pick<Evidence, 'deliveries' | 'charges' | 'audit' | 'events'>> {
  const deliveries = await sql<Evidence['deliveries'][number]>(
    `select d.id as "webhookId", alert_id as "alertId", d.state, unknown, reason, merged_into as "mergedInto",
       case c.type when 'telegram' then 'Telegram' else c.type end as chat
     from alerting.delivery d join alerting.channel c on c.id = d.channel_id`,
  );
  const charges = await sql<{ id: string }>(
    `select id from billing.usage where operation in ('alert.webhook', 'alert.telegram')`,
  );
  const audit = await sql<{ line: string }>(
    `select account_id || ' ' || wrong || ': ' || detail as line from billing.ledger_audit`,
  );
  const [events] = await sql<Evidence['events']>(EVENTS);
  return {
    deliveries,
    charges: charges.map(({ id }) => id),
    audit: audit.map(({ line }) => line),
    events: events!,
  };
}
