import { OPERATOR_ACCOUNT_ID, type Product } from '@souk/contracts';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { SourceTier, type Wanted } from './source-tier.ts';

const FOLLOWED_AT_MOST = 5_000;
const WARMED_AT_ONCE = 20;
const EVERY_MS = 60_000;
/** Read less than so often within the last minutes, it is not popular. */
const MIN_HEAT = 3;

interface Heat extends Wanted {
  heat: number;
}

/**
 * Products that are read often, or more and more often, are looked up before their prices grow old: a few each
 * minute, behind everything else that waits at quota. What is watched is looked up by the planner of ingestion.
 */
@Injectable()
export class PopularProducts implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('popular');
  private readonly heats = new Map<string, Heat>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sources: SourceTier,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.SOUK_CACHE_WARM_SECONDS > 0) this.timer = setInterval(() => void this.warm(), EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** It was read; what an account posted has no source to ask. */
  note({ id, shared, source, product }: Pick<Product, 'id' | 'shared' | 'source' | 'product'>): void {
    if (!shared) return;
    const known = this.heats.get(id);
    if (known) known.heat += 1;
    else if (this.heats.size < FOLLOWED_AT_MOST) this.heats.set(id, { source, product, heat: 1 });
  }

  /** The most read; each minute halves what was read before. Answers how many were looked up. */
  async warm(): Promise<number> {
    const hottest = [...this.heats.values()]
      .filter(({ heat }) => heat >= MIN_HEAT)
      .toSorted((one, other) => other.heat - one.heat)
      .slice(0, WARMED_AT_ONCE);
    for (const [id, one] of this.heats) {
      one.heat /= 2;
      if (one.heat < 0.5) this.heats.delete(id);
    }
    const outcomes = await Promise.all(
      hottest.map(({ source, product }) =>
        this.sources.warm(OPERATOR_ACCOUNT_ID, { source, product }, this.config.SOUK_CACHE_WARM_SECONDS),
      ),
    );
    const warmed = outcomes.filter(Boolean).length;
    if (warmed > 0) this.logger.debug({ warmed }, 'popular products looked up');
    return warmed;
  }
}
