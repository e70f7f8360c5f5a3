import { LedgerEntry } from '@souk/contracts';
import { z } from 'zod';
import { cursorQuery, pageOf } from '../http/shapes.ts';

export const CreditsView = z
  .object({
    accountId: z.uuid(),
    unmetered: z.boolean().meta({ description: 'Counted, and never refused.' }),
    available: z.int(),
    held: z
      .int()
      .meta({ description: 'Set aside by leases of reads and by jobs; what is not used comes back.' }),
    receivable: z.int().meta({ description: 'Owed for alerts delivered without credit.' }),
    used: z.int(),
  })
  .meta({ id: 'Credits' });

export const EntryPage = pageOf(LedgerEntry.meta({ id: 'LedgerEntry' })).meta({ id: 'EntryPage' });
export const EntriesQuery = cursorQuery({});
export type EntriesQuery = z.infer<typeof EntriesQuery>;

export const GrantBody = z.strictObject({
  accountId: z.uuid(),
  credits: z.int().min(1).max(1_000_000_000),
  reason: z.string().min(1).max(200),
});
export type GrantBody = z.infer<typeof GrantBody>;
