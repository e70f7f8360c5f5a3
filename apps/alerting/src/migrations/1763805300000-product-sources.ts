import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The newest listings of a source: a watch on a source leads to them being looked up. */
export class ProductSources1763805300000 implements MigrationInterface {
  name = 'ProductSources1763805300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index product_source on product (source, account_id, changed_at desc)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
