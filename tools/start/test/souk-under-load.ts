import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HistoryQuarantined, SERVICE_NAMES } from '@souk/contracts';
import { databaseUrl, reachableHome } from '@souk/infra';
import { Pool } from 'pg';
import { type Options, readOptions } from '../src/options.ts';
import { prepareDataDir, type Product, removeData, startProduct } from '../src/product.ts';
import { type Progress, progressSince } from '../src/progress.ts';
import type { Adapt } from '../src/services.ts';
import { restartDelayMs, Supervisor } from '../src/supervisor.ts';
import { until } from './running-souk.ts';

/** Few: what counts is how many messages are under way. */
const LINES_PER_POST = 50;
/** So many of them come once more with another price for the same time: who handles a message twice tells of these twice. */
const CONTRADICTIONS = 8;
const POSTERS = 2;
const PAUSE_MS = 50;
const REPEAT_AFTER_MS = 500;
const ANSWER_WITHIN_MS = 20_000;
/** Longer than any outage here. */
const ACCEPTED_WITHIN_MS = 240_000;
/** Events that say the same of the same message as another one does. */
const TOLD_AGAIN = `with event as (
  ${SERVICE_NAMES.map((schema) => `select payload::jsonb as event from ${schema}.bus_outbox`).join(' union all ')}
)
select event->>'type' || ' caused by ' || (event->>'causationid') as what, count(*)::int as times
from event where event ? 'causationid' group by what, event->>'data' having count(*) > 1 limit 10`;

/** One attempt to post; `outcome` is the status, with Retry-After where it is 503, or why there was no answer. */
interface Attempt {
  sentAt: number;
  endedAt: number;
  outcome: string;
}

const lineOf = (number: number) => ({
  source: 'shop',
  product: `killed-${number % LINES_PER_POST}`,
  price: (10 + (number % 7)).toFixed(2),
  currency: 'EUR',
  observedAt: new Date(Date.UTC(2026, 0, 1) + number * 1_000).toISOString(),
});

/** The whole product as `npm start` runs it, its processes in the hands of the test, and prices posted to it. */
export class SoukUnderLoad {
  readonly options: Options;
  readonly supervisor: Supervisor;
  readonly attempts: Attempt[] = [];
  product!: Product;
  /** As the administrator; connects again after an outage. */
  sql!: Pool;
  private readonly dir = mkdtempSync(join(tmpdir(), 'souk-kills-'));
  private readonly said: string[] = [];
  private readonly progress: Progress = progressSince(Date.now(), (text) => this.said.push(text.trim()));
  private restartAfterMs = 0;
  private posted = 0;
  /** Accepted prices, without those that contradict others. */
  private wanted = 0;

  constructor() {
    this.options = readOptions(['--no-sandbox'], { SOUK_DATA_DIR: join(this.dir, 'data') });
    const delayMs = (crashes: number): number => Math.max(this.restartAfterMs, restartDelayMs(crashes));
    this.supervisor = new Supervisor(this.progress.say, delayMs);
  }

  async start(adapt: Adapt): Promise<void> {
    chmodSync(this.dir, 0o755);
    prepareDataDir(this.options, this.progress);
    this.product = await startProduct(this.options, this.supervisor, this.progress, adapt);
    const file = join(reachableHome(this.options.dataDir), 'postgres', 'superuser.password');
    const server = `postgres://127.0.0.1:${this.ports.postgres}/`;
    const password = readFileSync(file, 'utf8').trim();
    this.sql = new Pool({ connectionString: databaseUrl(server, 'souk', 'postgres', password), max: 2 });
    this.sql.on('error', () => undefined); // the next statement fails then
  }

  async stop(): Promise<void> {
    await this.sql?.end();
    await this.supervisor.stopAll();
    removeData(this.options, this.progress);
    rmSync(this.dir, { recursive: true, force: true });
  }

  get ports(): Record<'postgres' | 'nats', number> {
    const text = readFileSync(join(this.options.dataDir, 'ports.json'), 'utf8');
    return JSON.parse(text) as Record<'postgres' | 'nats', number>;
  }

  /** Posts until the work is done. */
  async during(work: () => Promise<void>, pauseMs = PAUSE_MS): Promise<void> {
    let isOver = false;
    const posters = Array.from({ length: POSTERS }, async () => {
      for (; !isOver; await delay(pauseMs)) await this.post();
    });
    const load = Promise.all(posters);
    load.catch(() => undefined); // thrown below, when the work is done
    try {
      await work();
    } finally {
      isOver = true;
      await Promise.allSettled(posters);
    }
    await load;
  }

  /** Ends PostgreSQL at once, as a crash does, and starts it again after so long; answers when it was away. */
  async withoutPostgres(forMs: number): Promise<{ from: number; to: number }> {
    this.restartAfterMs = forMs;
    process.kill(this.supervisor.pidOf('PostgreSQL'), 'SIGQUIT');
    const words = `starting it again in ${forMs / 1_000} s`;
    await until(() => this.said.some((line) => line.includes(words)) || undefined);
    const from = Date.now();
    this.restartAfterMs = 0;
    expect(this.supervisor.pidOf('PostgreSQL')).toBe(0);
    await delay(forMs);
    await until(() => this.supervisor.pidOf('PostgreSQL') !== 0 || undefined);
    return { from, to: from + forMs };
  }

  /** All that was accepted is stored once, what follows from it was told once, and no message was given up. */
  async isAllHandledOnce(): Promise<void> {
    await this.isAllStored();
    const contradictions = `select count(*) from scoring.bus_outbox where subject like '${HistoryQuarantined.type}.%'`;
    expect(await this.count(contradictions)).toBeGreaterThan(0);
    expect((await this.sql.query(TOLD_AGAIN)).rows).toEqual([]);
  }

  /** All that was accepted is stored once, and no message was given up. */
  async isAllStored(): Promise<void> {
    const points = `select coalesce(sum(points), 0) as count from scoring.stored_points`;
    await until(async () => (await this.count(points)) >= this.wanted || undefined);
    expect(await this.count(points)).toBe(this.wanted);
    for (const service of SERVICE_NAMES) {
      const parked = `select count(*) from ${service}.bus_parked`;
      await until(async () => (await this.count(parked)) === 0 || undefined);
      const given = `select count(*) from ${service}.bus_dead_letter where replayed_at is null`;
      expect([service, await this.count(given)]).toEqual([service, 0]);
    }
  }

  private async count(query: string): Promise<number> {
    return Number((await this.sql.query<{ count: string }>(query)).rows[0]!.count);
  }

  /** Posts new prices, again and again under the same key until they are accepted: any other answer leaves it open. */
  private async post(): Promise<void> {
    const lines = Array.from({ length: LINES_PER_POST }, () => lineOf(this.posted++));
    const contradictions = lines.slice(0, CONTRADICTIONS).map((line) => ({ ...line, price: '99.00' }));
    const body = [...lines, ...contradictions].map((line) => JSON.stringify(line)).join('\n');
    const key = randomUUID();
    for (const end = Date.now() + ACCEPTED_WITHIN_MS; ; await delay(REPEAT_AFTER_MS)) {
      const sentAt = Date.now();
      const { outcome, accepted } = await this.postOnce(body, key);
      this.attempts.push({ sentAt, endedAt: Date.now(), outcome });
      if (outcome === '202') {
        this.wanted += accepted - CONTRADICTIONS;
        return;
      }
      if (Date.now() > end) throw new Error(`not accepted in time; the last answer: ${outcome}`);
    }
  }

  private async postOnce(body: string, key: string): Promise<{ outcome: string; accepted: number }> {
    try {
      const response = await fetch(new URL('/v1/observations', this.product.url), {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.product.apiKey}`,
          'content-type': 'application/x-ndjson',
          'idempotency-key': key,
        },
        body,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const { accepted } = (await response.json()) as { accepted: number };
      const after = response.headers.get('retry-after');
      const outcome = `${response.status}${after === null ? '' : `, Retry-After ${after}`}`;
      return { outcome, accepted: response.ok ? accepted : 0 };
    } catch (error) {
      return { outcome: (error as Error).name, accepted: 0 };
    }
  }
}
