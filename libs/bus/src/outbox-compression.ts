import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Payloads of the outbox are compressed by LZ4 where the server was built with it: the default takes ten times as
 * long, and was the largest single function of PostgreSQL while prices flow. What is stored already stays as it is.
 */
export class OutboxCompression1764000000000 implements MigrationInterface {
  name = 'OutboxCompression1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
do $$
declare
  child regclass;
begin
  alter table bus_outbox alter column payload set compression lz4;
  for child in select inhrelid::regclass from pg_inherits where inhparent = 'bus_outbox'::regclass loop
    execute format('alter table %s alter column payload set compression lz4', child);
  end loop;
exception
  when feature_not_supported or invalid_parameter_value then null;
end $$`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
