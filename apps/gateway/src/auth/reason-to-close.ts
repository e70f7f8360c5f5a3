import { hasScope } from './authentication.ts';
import type { KeyRing } from './key-ring.ts';

/** With the time a key may go unverified (4.9 s) it makes that a revoked key's streams are closed within 5 s. */
export const CHECK_KEYS_EVERY_MS = 400;

/** Why the streams of a key have to be closed now; nothing while it may read. */
export async function reasonToClose(
  keys: Pick<KeyRing, 'verify'>,
  sha256: string,
): Promise<string | undefined> {
  try {
    const key = await keys.verify(sha256);
    if (!key) return 'the key was revoked';
    return hasScope(key, 'read') ? undefined : 'the key may not read any more';
  } catch {
    return 'the key cannot be verified at the moment: reconnect with Last-Event-ID';
  }
}
