import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LedgerFile, readLedger } from './ledger-file.ts';

describe("the generator's ledger", () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'souk-ledger-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('tells afterwards what was tried, answered and left unknown, in the order of each lane', async () => {
    const path = join(dir, 'ledger.ndjson');
    const file = await LedgerFile.create(path);
    const at = '2026-01-01T00:00:00.000Z';
    const line = { product: 'p', observedAt: at, priceMinor: 1, twist: 'none' as const };
    const attempt = { event: 'attempt', at, lane: 1, account: 'customer' } as const;
    await Promise.all([
      file.write({ ...attempt, batch: 1, lines: [line] }),
      file.write({ event: 'unknown', at, lane: 1, batch: 1, why: '503' }),
      file.write({ ...attempt, batch: 1 }),
      file.write({ event: 'ok', at, lane: 1, batch: 1 }),
      file.write({ ...attempt, batch: 2, lines: [line] }),
    ]);
    await file.close();
    expect(readLedger(path)).toEqual([
      expect.objectContaining({ batch: 1, attempts: 2, unknown: 1, isAcknowledged: true, lines: [line] }),
      expect.objectContaining({ batch: 2, attempts: 1, unknown: 0, isAcknowledged: false }),
    ]);
  });

  it('is never continued: a ledger belongs to one run', async () => {
    const path = join(dir, 'ledger.ndjson');
    appendFileSync(path, '');
    await expect(LedgerFile.create(path)).rejects.toThrow('EEXIST');
  });
});
