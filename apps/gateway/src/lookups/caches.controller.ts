import { Controller, Get, Inject } from '@nestjs/common';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { Operation } from '../http/operation.ts';
import { agesOf } from './ages.ts';
import { CacheReport } from './cache.schemas.ts';
import type { TierCounts } from './lookup-counts.ts';
import { ProductLookups } from './product-lookups.ts';

type Item = CacheReport['items'][number];

@Controller('v1/admin/caches')
export class CachesController {
  constructor(
    private readonly lookups: ProductLookups,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get()
  @Operation({
    id: 'listCaches',
    summary: 'What the caches of look-ups hold and how often they knew',
    description: 'Hits and misses are those of the gateway process that answers, since it started.',
    scope: 'operator',
    responses: { 200: { description: 'Every tier.', schema: CacheReport } },
  })
  async list(): Promise<CacheReport> {
    const redis = await this.redisState();
    const items = this.lookups.kinds.flatMap(({ memory, counts }) => {
      const { agesMs, ...state } = memory.state();
      return [...counts.tiers].map(([tier, outcomes]): Item => {
        const item = { kind: counts.kind, tier, ...rated(outcomes) };
        if (tier === 'redis') return { ...item, ...redis };
        if (tier !== 'memory') return item;
        const { forgotten } = counts;
        return {
          ...item,
          lifetimeSeconds: this.config.SOUK_CACHE_MEMORY_SECONDS,
          ...state,
          forgotten,
          ...agesOf(agesMs),
        };
      });
    });
    return { items, next: null };
  }

  private async redisState(): Promise<Partial<Item>> {
    if (!this.lookups.redis) return {};
    const { SOUK_CACHE_REDIS_SECONDS: lifetimeSeconds, SOUK_CACHE_REDIS_MAX_BYTES: maxBytes } = this.config;
    return { lifetimeSeconds, maxBytes, ...(await this.lookups.redis.state()) };
  }
}

const rated = ({ hits, misses }: TierCounts) => ({
  hits,
  misses,
  hitRate: hits + misses === 0 ? null : Math.round((hits / (hits + misses)) * 10_000) / 10_000,
});
