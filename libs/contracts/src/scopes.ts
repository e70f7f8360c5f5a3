import { z } from 'zod';

/** What a key may do. `*` is everything within its account; `operator` also manages accounts. */
export const SCOPES = ['read', 'observations', 'watches', 'channels', 'keys', 'operator', '*'] as const;
export const Scope = z.enum(SCOPES);
export type Scope = z.infer<typeof Scope>;
