import { Injectable } from '@nestjs/common';
import { Database } from '@souk/service';

/** Names a command: one account's Idempotency-Key (its hash) on one route. */
export interface Command {
  accountId: string;
  keyHash: Buffer;
  route: string;
}

/** A command as it is stored. `isFree`: whoever worked on it is gone. */
export interface StoredCommand {
  state: 'running' | 'done';
  isFree: boolean;
  bodySha256: Buffer | null;
  status: number;
  response: Buffer;
}

export interface Done {
  bodySha256: Buffer;
  status: number;
  response: Buffer;
}

const NAMED = 'account_id = $1 and key_hash = $2 and route = $3';
const nameOf = (command: Command): unknown[] => [command.accountId, command.keyHash, command.route];

@Injectable()
export class IdempotencyStore {
  constructor(private readonly database: Database) {}

  /** Makes the command ours; false when it is done, or someone else works on it. */
  async acquire(command: Command, owner: string, lockMs: number): Promise<boolean> {
    const rows = await this.database.transaction([command.accountId], (tx) =>
      tx.query(
        `insert into idempotency (account_id, key_hash, route, owner, state, locked_until)
         values ($1, $2, $3, $4, 'running', clock_timestamp() + make_interval(secs => $5))
         on conflict (account_id, key_hash, route) do update
           set owner = excluded.owner, locked_until = excluded.locked_until
           where idempotency.state = 'running' and idempotency.locked_until < clock_timestamp()
         returning true`,
        [...nameOf(command), owner, lockMs / 1_000],
      ),
    );
    return rows.length > 0;
  }

  async find(command: Command): Promise<StoredCommand | undefined> {
    const rows = await this.database.read([command.accountId], (tx) =>
      tx.query<StoredCommand>(
        `select state, state = 'running' and locked_until < clock_timestamp() as "isFree",
           body_sha256 as "bodySha256", status, response
         from idempotency where ${NAMED}`,
        nameOf(command),
      ),
    );
    return rows[0];
  }

  /** Keeps the command ours while it takes long. */
  async extend(command: Command, owner: string, lockMs: number): Promise<void> {
    await this.write(
      command,
      `update idempotency set locked_until = clock_timestamp() + make_interval(secs => $5)
       where ${NAMED} and owner = $4 and state = 'running'`,
      [owner, lockMs / 1_000],
    );
  }

  /** Stores the answer, unless someone took over meanwhile. */
  async complete(command: Command, owner: string, done: Done): Promise<void> {
    await this.write(
      command,
      `update idempotency set state = 'done', body_sha256 = $5, status = $6, response = $7
       where ${NAMED} and owner = $4 and state = 'running'`,
      [owner, done.bodySha256, done.status, done.response],
    );
  }

  /** Forgets the command: it may be tried again. */
  async release(command: Command, owner: string): Promise<void> {
    await this.write(command, `delete from idempotency where ${NAMED} and owner = $4 and state = 'running'`, [
      owner,
    ]);
  }

  /** Deletes commands older than a day, of every account; answers how many. */
  async purge(batch: number): Promise<number> {
    const rows = await this.database.transaction([], (tx) =>
      tx.query<{ purged: number }>('select purge_idempotency($1) as purged', [batch]),
    );
    return rows[0]!.purged;
  }

  private async write(command: Command, sql: string, more: unknown[]): Promise<void> {
    await this.database.transaction([command.accountId], (tx) =>
      tx.query(sql, [...nameOf(command), ...more]),
    );
  }
}
