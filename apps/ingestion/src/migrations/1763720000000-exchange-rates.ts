import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reference rates by day, the same for all tenants, and when each file of them was last read. */
export class ExchangeRates1763720000000 implements MigrationInterface {
  name = 'ExchangeRates1763720000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table exchange_rate (
        day date not null,
        currency text not null,
        -- units of the currency for one euro
        rate numeric not null check (rate > 0),
        primary key (day, currency)
      );
      create table exchange_rate_file (
        place text primary key,
        read_at timestamptz not null
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
