import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { MAX_USES_PER_MESSAGE, newId, partitionOf, subjectOf, UsageRecorded } from '@souk/contracts';
import { Client } from 'pg';
import { Api } from './api.ts';
import type { MeasuredProduct } from './product.ts';
import { until } from './until.ts';
import { PARTITIONS } from './workload.ts';

const CREDITS = 1_000_000_000;
const IN_FLIGHT = 500;

export interface ChargeRound {
  charges: number;
  chargesPerSecond: number;
}

/** Charges of one account: usage as the gateway records it, until billing has charged all of it. */
export class ChargeMeasurement {
  readonly #product: MeasuredProduct;
  #accountId = '';
  #charged = 0;

  constructor(product: MeasuredProduct) {
    this.#product = product;
  }

  async prepare(): Promise<void> {
    const operator = new Api(this.#product.url, this.#product.apiKey);
    const account = await operator.post<{ id: string }>('/v1/accounts', { name: 'hot', credits: CREDITS });
    await operator.close();
    this.#accountId = account.id;
  }

  async round(charges: number): Promise<ChargeRound> {
    const { gatewayNats, sql } = this.#product;
    const nats = await connect({
      ...gatewayNats,
      inboxPrefix: '_INBOX_gateway',
      noAsyncTraces: true,
    });
    const stream = jetstream(nats);
    const subject = subjectOf(UsageRecorded, partitionOf(this.#accountId, PARTITIONS));
    const texts = Array.from({ length: charges / MAX_USES_PER_MESSAGE }, () => usageText(this.#accountId));
    try {
      const start = performance.now();
      for (let at = 0; at < texts.length; at += IN_FLIGHT)
        await Promise.all(texts.slice(at, at + IN_FLIGHT).map((text) => stream.publish(subject, text)));
      this.#charged += charges;
      await until(`${this.#charged} charges`, async () => {
        const [row] = await sql<{ used: string }>('select used from billing.balance where account_id = $1', [
          this.#accountId,
        ]);
        return Number(row?.used) >= this.#charged;
      });
      return { charges, chargesPerSecond: (charges * 1_000) / (performance.now() - start) };
    } finally {
      await nats.close();
    }
  }

  /** @throws when the balance is not the sum of its entries, or a charge was lost or doubled */
  async check(): Promise<void> {
    const [row] = await this.#product.sql<{
      available: string;
      used: string;
      entries: string;
      spent: string;
    }>(
      `select b.available, b.used,
         (select sum(amount) from billing.entry e where e.account_id = b.account_id and book = 'available') as entries,
         (select sum(amount) from billing.entry e where e.account_id = b.account_id and book = 'used') as spent
       from billing.balance b where b.account_id = $1`,
      [this.#accountId],
    );
    const isRight =
      row !== undefined &&
      row.available === row.entries &&
      row.used === row.spent &&
      Number(row.used) === this.#charged;
    if (!isRight) throw new Error(`the hot account's books are wrong: ${JSON.stringify(row)}`);
  }
}

/** The plain way: begin, update the balance, insert an entry, commit, one charge after the other. */
export async function plainCharges(postgresUrl: string, charges: number): Promise<ChargeRound> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query(`drop table if exists plain_entry, plain_balance;
      create table plain_balance (account_id uuid primary key, available bigint not null);
      create table plain_entry (id bigint generated always as identity primary key, account_id uuid not null, amount bigint not null, created_at timestamptz not null default now())`);
    const accountId = randomUUID();
    await client.query('insert into plain_balance values ($1, $2)', [accountId, CREDITS]);
    const start = performance.now();
    for (let charge = 0; charge < charges; charge += 1) {
      await client.query('begin');
      await client.query('update plain_balance set available = available - 1 where account_id = $1', [
        accountId,
      ]);
      await client.query('insert into plain_entry (account_id, amount) values ($1, -1)', [accountId]);
      await client.query('commit');
    }
    return { charges, chargesPerSecond: (charges * 1_000) / (performance.now() - start) };
  } finally {
    await client.end();
  }
}

/** Uses of one account as the gateway tells them: as many as fit one message, each with its own id and charge. */
function usageText(accountId: string): string {
  const id = newId();
  const now = new Date().toISOString();
  const use = (): object => ({
    usageId: newId(),
    keyId: accountId,
    operation: 'getProduct',
    count: 1,
    credits: 1,
    subjects: [],
    from: now,
    to: now,
  });
  const more = Array.from({ length: MAX_USES_PER_MESSAGE - 1 }, use);
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: 'souk/gateway',
    type: UsageRecorded.type,
    time: now,
    account: accountId,
    correlationid: id,
    data: { accountId, ...use(), more },
  });
}
