import { DataSource, type MigrationInterface } from 'typeorm';

/** A migration class as TypeORM takes it. */
export type Migration = new () => MigrationInterface;

/**
 * Brings a service's schema up to date as the role that owns it; answers the names of what was run.
 * The schema itself exists already (it is made together with the roles).
 */
export async function runMigrations(options: {
  url: string;
  schema: string;
  migrations: readonly Migration[];
}): Promise<string[]> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    entities: [],
    migrations: [...options.migrations],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    poolSize: 1,
    applicationName: `${options.schema}-migrations`,
    extra: { options: `-c search_path=${options.schema}` },
  });
  await dataSource.initialize();
  try {
    const done = await dataSource.runMigrations();
    return done.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}
