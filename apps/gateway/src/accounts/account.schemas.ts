import { z } from 'zod';
import { CreditsView } from '../credits/credit.schemas.ts';
import { cursorQuery, pageOf, Time } from '../http/shapes.ts';
import { CreatedKey } from '../keys/key.schemas.ts';

export const AccountView = z
  .object({ id: z.uuid(), name: z.string(), unmetered: z.boolean(), createdAt: Time })
  .meta({ id: 'Account' });

export const CreateAccountBody = z.strictObject({
  name: z.string().min(1).max(200),
  credits: z.int().min(0).max(1_000_000_000).default(0).meta({ description: 'To begin with.' }),
  unmetered: z
    .boolean()
    .default(false)
    .meta({ description: 'Counted, and never refused for lack of credit.' }),
});
export type CreateAccountBody = z.infer<typeof CreateAccountBody>;

export const CreatedAccount = AccountView.extend({
  credits: CreditsView,
  key: CreatedKey.meta({ description: 'Its first key, with the scope `*`.' }),
}).meta({ id: 'CreatedAccount' });

export const AccountPage = pageOf(AccountView).meta({ id: 'AccountPage' });
export const AccountsQuery = cursorQuery({});
export type AccountsQuery = z.infer<typeof AccountsQuery>;
