import { Database } from '@souk/service';
import { type DynamicModule, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { BreakerBoard } from './breaker-board.ts';
import { BudgetView } from './budget-view.ts';
import { CallWindow } from './call-window.ts';
import { QUOTA_CONFIG, type QuotaConfig } from './config.ts';
import { PermitDesk } from './permit-desk.ts';
import { PermitGrant } from './permit-grant.ts';
import { QuotaHandlers } from './quota.handlers.ts';
import { saveSettings } from './quota.store.ts';
import { RedisConnection } from './redis.ts';
import { UpstreamBook } from './upstream-book.ts';
import { UseCounter } from './use-counter.ts';

@Module({
  controllers: [QuotaHandlers],
  providers: [
    RedisConnection,
    UpstreamBook,
    CallWindow,
    BreakerBoard,
    UseCounter,
    PermitGrant,
    PermitDesk,
    BudgetView,
  ],
})
export class QuotaModule implements OnModuleInit {
  constructor(
    private readonly database: Database,
    @Inject(QUOTA_CONFIG) private readonly config: QuotaConfig,
  ) {}

  static register(config: QuotaConfig): DynamicModule {
    return { module: QuotaModule, providers: [{ provide: QUOTA_CONFIG, useValue: config }] };
  }

  async onModuleInit(): Promise<void> {
    await this.database.transaction([], (tx) => saveSettings(tx, this.config.SOUK_QUOTA_UPSTREAMS));
  }
}
