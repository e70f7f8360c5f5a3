import { Scope } from '@souk/contracts';
import { z } from 'zod';
import { cursorQuery, pageOf, Time } from '../http/shapes.ts';

export const KeyView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string().meta({ description: 'Its first characters, to tell keys apart.' }),
    scopes: z.array(Scope),
    createdAt: Time,
    revokedAt: Time.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const CreatedKey = KeyView.extend({
  key: z.string().meta({ description: 'The text of the key; shown this once.', example: 'souk_…' }),
}).meta({ id: 'CreatedApiKey' });

export const CreateKeyBody = z.strictObject({
  name: z.string().min(1).max(100),
  scopes: z
    .array(Scope)
    .min(1)
    .max(10)
    .meta({ description: 'At most what the asking key may do. `*` is everything within the account.' }),
});
export type CreateKeyBody = z.infer<typeof CreateKeyBody>;

export const KeyPage = pageOf(KeyView).meta({ id: 'ApiKeyPage' });
export const KeysQuery = cursorQuery({});
export type KeysQuery = z.infer<typeof KeysQuery>;
