import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type PoolClient, types } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';

// All our 64-bit integers (minor units, positions, counts) are safe integers; strings would invite string arithmetic.
types.setTypeParser(types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a safe integer`);
  return value;
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PREPARED_STATEMENTS_AT_MOST = 200;
const CONNECT_WITHIN_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 20_000;
/** The server ends a statement by itself: who hears nothing for so much longer speaks into a dead connection. */
const SILENCE_AFTER_TIMEOUT_MS = 2_000;

/**
 * One open transaction. Values go in as parameters, lists as arrays for `unnest`. Statements are worked on in the
 * order they are begun in; those that do not need each other's answers may be under way together.
 */
export interface Tx {
  query<Row = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<Row[]>;
}

/** Setting that row-level security policies compare `account_id` with: the tenants of this transaction. */
export function tenantsSetting(accounts: readonly string[]): string {
  for (const account of accounts)
    if (!UUID.test(account)) throw new TypeError('an account id must be a UUID');
  return `{${[...new Set(accounts)].join(',')}}`;
}

/**
 * A service's own schema through a pool of connections. TypeORM holds the pool and runs migrations; SQL is
 * written by hand in each service's store.
 */
export class Database {
  private readonly statementNames = new Map<string, string>();
  /** When the server was last heard on a connection, as Date.now(). */
  private readonly heardAt = new WeakMap<PoolClient, number>();
  /** Connections that were not heard since may be as dead as one that was found dead. */
  private suspectBefore = 0;

  private constructor(
    readonly dataSource: DataSource,
    private readonly silenceMs: number,
  ) {}

  static async connect(options: {
    url: string;
    schema: string;
    poolSize: number;
    applicationName: string;
    statementTimeoutMs?: number;
    /** How many times as long a connection is waited for. */
    patience?: number;
  }): Promise<Database> {
    const { statementTimeoutMs = STATEMENT_TIMEOUT_MS, patience = 1 } = options;
    const silenceMs = statementTimeoutMs + SILENCE_AFTER_TIMEOUT_MS;
    const dataSource = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: options.schema,
      entities: [],
      synchronize: false,
      poolSize: options.poolSize,
      applicationName: options.applicationName,
      connectTimeoutMS: patience * CONNECT_WITHIN_MS,
      extra: {
        query_timeout: silenceMs,
        options: `-c search_path=${options.schema} -c statement_timeout=${statementTimeoutMs} -c lock_timeout=10000 -c idle_in_transaction_session_timeout=30000 -c jit=off`,
        keepAlive: true,
        // Statements are sent as they come, without waiting for the answers of those before.
        pipeline: true,
      },
    });
    await dataSource.initialize();
    return new Database(dataSource, silenceMs);
  }

  /**
   * A read-only transaction that sees the rows of these accounts (and what is shared with all), all of one moment: what
   * one statement finds belongs to what another one finds.
   */
  async read<T>(accounts: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.run('begin isolation level repeatable read read only', accounts, work);
  }

  /** A read-write transaction; events that tell of it go through `Bus.transaction` instead. */
  async transaction<T>(accounts: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.run('begin', accounts, work);
  }

  /** Resolves when the server answers. */
  async ping(): Promise<void> {
    await this.read([], (tx) => tx.query('select 1'));
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  /**
   * Each wait for the server is part of the latency of an event: the first statement leaves with the beginning of the
   * transaction, and what the work has begun and not waited for leaves with the commit. Where a statement failed the
   * server makes a rollback of the commit, and the failure is thrown.
   */
  private async run<T>(begin: string, accounts: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T> {
    const { runner, client } = await this.connection();
    const failures: unknown[] = [];
    const answers: Promise<unknown>[] = [];
    const watched = <Answer>(answer: Promise<Answer>): Promise<Answer> => {
      answers.push(answer.then(nothing, (error: unknown) => failures.push(error)));
      return answer;
    };
    try {
      // Ids are checked to be UUIDs, so they can stand in the text of a simple query.
      void watched(client.query(`${begin}; set local souk.tenants = '${tenantsSetting(accounts)}'`));
      const result = await work(this.txOf(client, watched));
      await client.query('commit');
      await Promise.all(answers);
      if (failures.length > 0) throw failures[0];
      this.heardAt.set(client, Date.now());
      return result;
    } catch (error) {
      if (isSilence(error) || failures.some(isSilence)) await this.abandon(client);
      else await client.query('rollback').catch(nothing);
      // Statements behind one that failed say only that the transaction is over.
      throw failures.includes(error) ? failures[0] : error;
    } finally {
      await runner.release().catch(nothing);
    }
  }

  /** One that the server was heard on lately, or that nothing speaks against. */
  private async connection(): Promise<{ runner: QueryRunner; client: PoolClient }> {
    for (;;) {
      const runner = this.dataSource.createQueryRunner();
      const client = (await runner.connect()) as PoolClient;
      if ((this.heardAt.get(client) ?? Infinity) >= this.suspectBefore) return { runner, client };
      await hangUp(client);
      await runner.release().catch(nothing);
    }
  }

  /** Half-open: the other end is gone and nobody said so. Those beside it that are idle are not waited for again. */
  private async abandon(client: PoolClient): Promise<void> {
    this.suspectBefore = Date.now() - this.silenceMs;
    await hangUp(client);
  }

  private txOf(client: PoolClient, watched: <Answer>(answer: Promise<Answer>) => Promise<Answer>): Tx {
    return {
      query: <Row>(sql: string, params: unknown[] = []) => {
        const name = this.statementNameOf(sql);
        const answer = client.query(
          name ? { name, text: sql, values: params } : { text: sql, values: params },
        );
        return watched(answer.then(({ rows }) => rows as Row[]));
      },
    };
  }

  /** Static SQL is prepared once per connection; past the limit (generated SQL) it is planned each time. */
  private statementNameOf(sql: string): string | undefined {
    const known = this.statementNames.get(sql);
    if (known) return known;
    if (this.statementNames.size >= PREPARED_STATEMENTS_AT_MOST) return undefined;
    const name = `s${this.statementNames.size}`;
    this.statementNames.set(sql, name);
    return name;
  }
}

const nothing = (): void => undefined;

const isSilence = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Query read timeout';

/** Ends a connection without a word to the server; the pool has heard of it when this resolves. */
async function hangUp(client: PoolClient): Promise<void> {
  const { connection, _ended } = client as unknown as { connection: { stream: Socket }; _ended: boolean };
  if (_ended) return;
  // A time-out has closed the stream already, but says so only in a later turn of the event loop.
  const { stream } = connection;
  stream.destroy();
  await once(stream, 'close');
}
