import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerFile } from './ledger-file.ts';
import type { Tenant } from './setup.ts';
import { type Line, postedLine } from './workload.ts';

const PAUSE_MS = { first: 100, longest: 1_000 };

export interface Batch {
  lane: number;
  batch: number;
  lines: Line[];
}

/**
 * Posts a batch and repeats it with the same Idempotency-Key until it is acknowledged; each attempt and each
 * outcome is in the ledger before anything else happens.
 * @returns false when the deadline passed without an answer
 * @throws when lines are refused: the load holds only good ones
 */
export async function postUntilAcknowledged(
  { lane, batch, lines }: Batch,
  { account, api }: Tenant,
  ledger: LedgerFile,
  giveUpAt: () => number,
): Promise<boolean> {
  const body = `${lines.map(postedLine).join('\n')}\n`;
  const call = { body, contentType: 'application/x-ndjson', idempotencyKey: `prove-${lane}-${batch}` };
  for (let attempt = 1; ; attempt += 1) {
    const known = { at: new Date().toISOString(), lane, batch };
    await ledger.write({ ...known, event: 'attempt', account, ...(attempt === 1 && { lines }) });
    const answer = await api.once('POST', '/v1/observations', call);
    const at = new Date().toISOString();
    if (answer.status === 202) {
      const { accepted, rejected } = answer.body as { accepted: number; rejected: unknown[] };
      if (accepted !== lines.length)
        throw new Error(`lines were refused: ${JSON.stringify(rejected).slice(0, 500)}`);
      await ledger.write({ at, lane, batch, event: 'ok' });
      return true;
    }
    const why = answer.problem ?? `${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`;
    await ledger.write({ at, lane, batch, event: 'unknown', why });
    if (Date.now() > giveUpAt()) return false;
    await delay(Math.min(PAUSE_MS.first * 2 ** attempt, PAUSE_MS.longest));
  }
}
