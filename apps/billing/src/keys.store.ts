import { type ApiKey, type FindKey, Refusal, type ResponseOf } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { Injectable } from '@nestjs/common';
import type { TimeKey } from './cursor.ts';

/** A key to be kept: of the key itself only the hash. */
export interface NewKey {
  readonly accountId: string;
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly prefix: string;
  readonly sha256: string;
  readonly unmetered: boolean;
  readonly bootstrap: boolean;
}

/** A key with its hash, which never leaves the service but in `key-changed`. */
export interface StoredKey {
  readonly key: ApiKey;
  readonly sha256: string;
}

export interface KeyHash {
  readonly keyId: string;
  readonly sha256: string;
}

export interface BootstrapRow extends KeyHash {
  readonly name: string;
  readonly scopes: string[];
  readonly unmetered: boolean;
  readonly revoked: boolean;
}

type KeyRow = Omit<ApiKey, 'createdAt' | 'revokedAt'> & {
  createdAt: Date;
  revokedAt: Date | null;
  sha256: string;
};

const SELECT = `select k.id, k.name, k.prefix, k.scopes, k.created_at as "createdAt", k.revoked_at as "revokedAt", h.sha256
  from api_key k join key_hash h on h.account_id = k.account_id and h.key_id = k.id`;

const toStoredKey = ({ sha256, ...row }: KeyRow): StoredKey => ({
  key: { ...row, createdAt: row.createdAt.toISOString(), revokedAt: row.revokedAt?.toISOString() ?? null },
  sha256,
});

/** API keys, and their hashes apart from them. */
@Injectable()
export class KeysStore {
  /** Whose key has this hash: one look-up by primary key, in a table without tenants. */
  async findByHash(tx: Tx, sha256: string): Promise<ResponseOf<typeof FindKey>['key']> {
    const [found] = await tx.query<NonNullable<ResponseOf<typeof FindKey>['key']>>(
      `select key_id as "keyId", account_id as "accountId", scopes, unmetered
       from key_hash where sha256 = $1 and revoked_at is null`,
      [sha256],
    );
    return found ?? null;
  }

  /** @throws Refusal conflict when the hash belongs to another key */
  async insert(tx: Tx, key: NewKey, at: Date): Promise<void> {
    const made = await tx.query(
      `with made as (
         insert into api_key (account_id, id, name, prefix, scopes, bootstrap, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) returning account_id, id, scopes
       )
       insert into key_hash (sha256, key_id, account_id, scopes, unmetered)
       select $8, id, account_id, scopes, $9 from made on conflict (sha256) do nothing returning key_id`,
      [
        key.accountId,
        key.keyId,
        key.name,
        key.prefix,
        key.scopes,
        key.bootstrap,
        at,
        key.sha256,
        key.unmetered,
      ],
    );
    if (made.length === 0) throw new Refusal('conflict', 'This key exists already; generate another one.');
  }

  async find(tx: Tx, accountId: string, keyId: string): Promise<StoredKey | undefined> {
    const [row] = await tx.query<KeyRow>(`${SELECT} where k.account_id = $1 and k.id = $2`, [
      accountId,
      keyId,
    ]);
    return row && toStoredKey(row);
  }

  async list(tx: Tx, accountId: string, after: TimeKey | undefined, limit: number): Promise<ApiKey[]> {
    const rows = await tx.query<KeyRow>(
      `${SELECT} where k.account_id = $1
         and ($2::timestamptz is null or (k.created_at, k.id) < ($2::timestamptz, $3::uuid))
       order by k.created_at desc, k.id desc limit $4`,
      [accountId, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
    return rows.map((row) => toStoredKey(row).key);
  }

  /** Revokes those of these keys that are not revoked yet, and answers which. */
  async revoke(tx: Tx, accountId: string, keyIds: readonly string[], at: Date): Promise<KeyHash[]> {
    return tx.query<KeyHash>(
      `with gone as (
         update api_key set revoked_at = $3 where account_id = $1 and id = any ($2::uuid[]) and revoked_at is null
         returning account_id, id
       )
       update key_hash h set revoked_at = $3 from gone
       where h.account_id = gone.account_id and h.key_id = gone.id returning h.key_id as "keyId", h.sha256`,
      [accountId, keyIds, at],
    );
  }

  /** Keys that came from the settings, revoked ones too. */
  async listBootstrap(tx: Tx, accountId: string): Promise<BootstrapRow[]> {
    return tx.query<BootstrapRow>(
      `select k.id as "keyId", h.sha256, k.name, k.scopes, h.unmetered, k.revoked_at is not null as revoked
       from api_key k join key_hash h on h.account_id = k.account_id and h.key_id = k.id
       where k.account_id = $1 and k.bootstrap`,
      [accountId],
    );
  }

  /** Brings a key of the settings back to what they say; it is valid again if it was revoked. */
  async restore(tx: Tx, key: NewKey): Promise<void> {
    await tx.query(
      `with restored as (
         update api_key set name = $3, scopes = $4, revoked_at = null where account_id = $1 and id = $2
         returning account_id, id
       )
       update key_hash h set scopes = $4, unmetered = $5, revoked_at = null from restored
       where h.account_id = restored.account_id and h.key_id = restored.id`,
      [key.accountId, key.keyId, key.name, key.scopes, key.unmetered],
    );
  }
}
