import { Bus } from '@souk/bus';
import { RegisterUpstreams } from '@souk/contracts';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { type Source, SourceRegistry } from '../source-registry.ts';
import { defaultBudgets, mostAtOnce } from './default-budgets.ts';

/** Settings of quota may have changed with a restart of it, and a budget of ours be wanted again. */
const REGISTER_EVERY_MS = 30_000;
const RETRY_MS = 1_000;

/** Tells quota which accounts will be called and what they allow, so that a source needs no setting there. */
@Injectable()
export class Upstreams implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('upstreams');
  private readonly stopping = new AbortController();
  private readonly atOnce = new Map<string, number>();
  private loop: Promise<void> = Promise.resolve();
  private registering: Promise<void> | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly registry: SourceRegistry,
  ) {}

  onApplicationBootstrap(): void {
    if (this.registry.all().length > 0) this.loop = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** Throws the Refusal of quota when it cannot be told. */
  register(): Promise<void> {
    this.registering ??= this.registerAll().finally(() => (this.registering = undefined));
    return this.registering;
  }

  /** The most permits that the budget in force ever gives at once. */
  mostAtOnce({ upstream, adapter, config }: Source): number {
    return this.atOnce.get(upstream) ?? mostAtOnce(adapter.defaultBudget(config));
  }

  private async registerAll(): Promise<void> {
    const { upstreams } = await this.bus.ask(RegisterUpstreams, {
      upstreams: defaultBudgets(this.registry.all()),
    });
    for (const one of upstreams) this.atOnce.set(one.upstream, one.mostAtOnce);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let lastError = '';
    while (!signal.aborted) {
      let pauseMs = REGISTER_EVERY_MS;
      try {
        await this.register();
        lastError = '';
      } catch (error) {
        const problem = String(error);
        if (problem !== lastError) this.logger.warn({ error: problem }, 'quota was not told of the sources');
        lastError = problem;
        pauseMs = RETRY_MS;
      }
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
