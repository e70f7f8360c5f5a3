import { z } from 'zod';

const Seconds = z.number().nullable();

export const CacheReport = z
  .object({
    items: z.array(
      z
        .object({
          kind: z.string().meta({ description: 'What is looked up: `product`, `deal`.' }),
          tier: z
            .string()
            .meta({ description: '`memory` of this process, `redis`, or the service that was asked.' }),
          hits: z.int(),
          misses: z.int(),
          hitRate: z.number().nullable().meta({ description: 'Share of 1; null while nobody has asked.' }),
          lifetimeSeconds: z.int().optional(),
          isUsable: z.boolean().optional(),
          entries: z.int().optional(),
          maxEntries: z.int().optional(),
          bytes: z.int().optional().meta({ description: 'Estimated.' }),
          maxBytes: z.int().optional(),
          forgotten: z.int().optional().meta({ description: 'Products that a fact made outdated.' }),
          medianAgeSeconds: Seconds.optional(),
          oldestSeconds: Seconds.optional(),
        })
        .meta({ id: 'CacheTier' }),
    ),
    next: z.null(),
  })
  .meta({ id: 'CacheReport' });
export type CacheReport = z.infer<typeof CacheReport>;
