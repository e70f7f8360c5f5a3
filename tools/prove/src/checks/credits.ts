import type { Books, Evidence } from '../evidence.ts';
import { Tally, type Finding } from './finding.ts';

const BOOKS = ['available', 'held', 'receivable', 'used'] as const satisfies (keyof Books)[];

/** Each hand-over is charged once, balances are the sums of their entries, and nobody pays for what was not asked. */
export function checkCredits(evidence: Evidence): Finding[] {
  return [checkCharges(evidence), checkBalances(evidence)];
}

function checkCharges({ deliveries, charges }: Evidence): Finding {
  // An alert that was told together with another one was told.
  const delivered = deliveries.filter(({ state }) => state === 'delivered' || state === 'merged');
  const tally = new Tally('charges of messages', delivered.length);
  const times = Map.groupBy(charges, (webhookId) => webhookId);
  for (const { webhookId, unknown } of delivered) {
    const count = times.get(webhookId)?.length ?? 0;
    if (count === 0) tally.lost(webhookId);
    if (count > 1) tally.duplicated(webhookId, count - 1);
    if (count === 1 && unknown > 0) tally.recovered();
  }
  const known = new Set(delivered.map(({ webhookId }) => webhookId));
  for (const webhookId of times.keys()) if (!known.has(webhookId)) tally.unexpected(webhookId);
  return tally.finding;
}

function checkBalances({ accounts, audit }: Evidence): Finding {
  const entryCount = accounts.reduce((sum, account) => sum + account.entryCount, 0);
  const tally = new Tally('ledger entries', entryCount);
  for (const { account, balance, entries, requestsPaid } of accounts) {
    for (const book of BOOKS) {
      if (balance[book] === entries[book]) continue;
      tally.unexpected(`${account}: ${book} is ${balance[book]}, its entries sum to ${entries[book]}`);
    }
    if (balance.available < 0) tally.unexpected(`${account}: available is ${balance.available}`);
    if (balance.used > requestsPaid)
      tally.unexpected(`${account}: ${balance.used} used, at most ${requestsPaid} can have been`);
  }
  for (const line of audit) tally.unexpected(line);
  return tally.finding;
}
