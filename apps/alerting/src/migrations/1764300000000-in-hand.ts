import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who has taken a row of a queue, and until when: in hand it is while its `due_at` is still that time. */
export class InHand1764300000000 implements MigrationInterface {
  name = 'InHand1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const queue of ['delivery_queue', 'telegram_answer', 'chat_update', 'digest_turn'])
      await runner.query(`alter table ${queue} add column taken_by text, add column taken_until timestamptz`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
