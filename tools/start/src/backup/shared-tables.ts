import type { Client } from 'pg';

const ROWS_AT_ONCE = 2_000;
interface Page {
  /** Its rows as JSON, and the last of their keys; null where there are no more. */
  page: string | null;
  last: string | null;
}

/** Before every row. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Columns of a table in the order they were added; none where there is no such table. */
export async function columnsOf(client: Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
  return rows.map(({ name }) => name);
}

/** Columns that both databases have of a table: the backup may be of another version than the present one. */
export async function sharedColumns(present: Client, restored: Client, table: string): Promise<string[]> {
  const theirs = new Set(await columnsOf(restored, table));
  return (await columnsOf(present, table)).filter((name) => theirs.has(name));
}

/**
 * Rows as JSON text, some at a time in the order of their key, which is a UUID: no table is held in memory.
 * @param rows a query, whose parameters come after the first two
 */
export async function* pagesOf(
  client: Client,
  rows: string,
  key: string,
  parameters: readonly unknown[] = [],
): AsyncGenerator<string> {
  for (let after: string | null = FIRST; after !== null;) {
    const { rows: found }: { rows: Page[] } = await client.query<Page>(
      `with page as (select * from (${rows}) as one where ${key} > $1 order by ${key} limit $2)
       select jsonb_agg(to_jsonb(page))::text as page, (array_agg(${key} order by ${key} desc))[1] as last from page`,
      [after, ROWS_AT_ONCE, ...parameters],
    );
    const { page, last }: Page = found[0]!;
    if (page !== null) yield page;
    after = last;
  }
}
