import { type PoolClient, types } from 'pg';
import { DataSource } from 'typeorm';

// All our 64-bit integers (minor units, positions, counts) are safe integers; strings would invite string arithmetic.
types.setTypeParser(types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a safe integer`);
  return value;
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PREPARED_STATEMENTS_AT_MOST = 200;

/** One open transaction. Values go in as parameters, lists as arrays for `unnest`. */
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

  constructor(readonly dataSource: DataSource) {}

  static async connect(options: {
    url: string;
    schema: string;
    poolSize: number;
    applicationName: string;
  }): Promise<Database> {
    const dataSource = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: options.schema,
      entities: [],
      synchronize: false,
      poolSize: options.poolSize,
      applicationName: options.applicationName,
      connectTimeoutMS: 5_000,
      extra: {
        options: `-c search_path=${options.schema} -c statement_timeout=20000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=30000 -c jit=off`,
        keepAlive: true,
      },
    });
    await dataSource.initialize();
    return new Database(dataSource);
  }

  /** A read-only transaction that sees the rows of these accounts (and what is shared with all). */
  async read<T>(accounts: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.run('begin read only', accounts, work);
  }

  /** A read-write transaction; events that tell of it go through `Bus.transaction` instead. */
  async transaction<T>(accounts: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.run('begin', accounts, work);
  }

  /** Resolves when the server answers. */
  async ping(): Promise<void> {
    await this.dataSource.query('select 1');
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private async run<T>(begin: string, accounts: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const client = (await runner.connect()) as PoolClient;
    try {
      // One round trip: ids are checked to be UUIDs, so they can stand in the text of a simple query.
      await client.query(`${begin}; set local souk.tenants = '${tenantsSetting(accounts)}'`);
      const result = await work(this.txOf(client));
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  private txOf(client: PoolClient): Tx {
    return {
      query: async <Row>(sql: string, params: unknown[] = []): Promise<Row[]> => {
        const name = this.statementNameOf(sql);
        const result = await client.query(
          name ? { name, text: sql, values: params } : { text: sql, values: params },
        );
        return result.rows as Row[];
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
