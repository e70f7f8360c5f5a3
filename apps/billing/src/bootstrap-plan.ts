import { commandIdOf, OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { BootstrapKey } from './config.ts';
import type { BootstrapRow, NewKey } from './keys.store.ts';

/** What a boot has to do so that the kept keys are those of the settings. */
export interface BootstrapPlan {
  readonly insert: NewKey[];
  readonly restore: NewKey[];
  /** Ids of keys that the settings do not name any more. */
  readonly revoke: string[];
}

/** The id follows from the hash: every boot and every replica finds the same key. */
const newKeyOf = (key: BootstrapKey): NewKey => ({
  accountId: OPERATOR_ACCOUNT_ID,
  keyId: commandIdOf(OPERATOR_ACCOUNT_ID, `bootstrap key ${key.sha256}`),
  name: key.name,
  scopes: key.scopes,
  prefix: 'souk_', // the settings tell the hash alone
  sha256: key.sha256,
  unmetered: key.unmetered,
  bootstrap: true,
});

const same = (key: NewKey, kept: BootstrapRow): boolean =>
  !kept.revoked &&
  kept.name === key.name &&
  kept.unmetered === key.unmetered &&
  JSON.stringify(kept.scopes) === JSON.stringify(key.scopes);

/** Compares the settings' keys with those kept. */
export function bootstrapPlan(wanted: readonly BootstrapKey[], kept: readonly BootstrapRow[]): BootstrapPlan {
  const keptById = new Map(kept.map((row) => [row.keyId, row]));
  const keys = wanted.map(newKeyOf);
  const named = new Set(keys.map((key) => key.keyId));
  return {
    insert: keys.filter((key) => !keptById.has(key.keyId)),
    restore: keys.filter((key) => {
      const row = keptById.get(key.keyId);
      return row !== undefined && !same(key, row);
    }),
    revoke: kept.filter((row) => !row.revoked && !named.has(row.keyId)).map((row) => row.keyId),
  };
}
