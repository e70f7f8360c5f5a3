import { Injectable } from '@nestjs/common';
import { Database } from '@souk/service';
import { MemoryOfChats } from './memory.ts';

const ACCOUNTS_AT_ONCE = 100;
const ROWS_AT_ONCE = 1_000;
/** What is left then waits for the next time. */
const ROUNDS_AT_MOST = 20;

/** Forgets what was said in chats a day ago and longer, also where nobody says anything any more. */
@Injectable()
export class Forgetting {
  constructor(
    private readonly database: Database,
    private readonly memories: MemoryOfChats,
  ) {}

  async forget(now: Date): Promise<void> {
    for (let round = 0; round < ROUNDS_AT_MOST; round += 1) {
      const ids = await this.database.read([], (tx) => this.memories.withExpired(tx, ACCOUNTS_AT_ONCE, now));
      if (ids.length === 0) return;
      await this.database.transaction(ids, (tx) => this.memories.forgetExpired(tx, ids, ROWS_AT_ONCE, now));
    }
  }
}
